import {
  balancedWeigher,
  bestFitWeigher,
  clusteringWeigher,
  definePolicy,
  devicePackingWeigher,
  dotProductWeigher,
  fragmentationWeigher,
  l2Weigher,
} from '@novakit/scheduler'
import { describeWeigher, flavor, host, image, request } from '@novakit/scheduler/testing'
import { expect, it } from 'vitest'
import { GPU, gpuHost, gpuRequest } from '../device-orders/gpus.ts'

const scale = { VCPU: 10, MEMORY_MB: 100 }
// 4 of 10 processors and 50 of 100 MiB are free.
const subject = host('subject', { vcpus: 8, memory: 60, used: { vcpus: 4, memory: 10 } })
const asked = request({ flavor: flavor({ vcpus: 2, memory: 10 }) })

describeWeigher(bestFitWeigher({ scale }), {
  'scores what is not left over': { host: subject, request: asked, scores: 100 * (1 - (0.2 + 0.4) / 2) },
  'counts devices in': {
    host: gpuHost('subject', [0, 500], { vcpus: 8, memory: 0 }),
    request: gpuRequest(8, 500),
    scores: 100,
  },
})
describeWeigher(bestFitWeigher({ scale: { VCPU: 3 }, quantum: 1 }), {
  'comes in whole quanta': { host: host('subject', { vcpus: 2 }), request: request(), scores: 66 },
})
describeWeigher(dotProductWeigher({ scale }), {
  'scores low where much is free of what is asked for': {
    host: subject,
    request: asked,
    scores: 100 * (1 - (0.4 * 0.2 + 0.5 * 0.1) / 2),
  },
})
describeWeigher(l2Weigher({ scale }), {
  'scores the short rest': {
    host: subject,
    request: asked,
    scores: 100 * (1 - ((0.4 - 0.2) ** 2 + (0.5 - 0.1) ** 2) / 2),
  },
})
describeWeigher(balancedWeigher({ scale }), {
  'scores 100 where all classes are used alike': {
    host: host('subject', { vcpus: 8, memory: 80, used: { vcpus: 2, memory: 30 } }),
    request: asked,
    scores: 100,
  },
  'falls by the standard deviation of the used shares': {
    host: host('subject', { vcpus: 8, memory: 80, used: { vcpus: 6, memory: 30 } }),
    request: asked,
    scores: 75,
  },
})

describeWeigher(devicePackingWeigher({ device: GPU }), {
  'scores 50 and more on devices in use, the fuller the better': {
    host: gpuHost('subject', [700, 0]),
    request: gpuRequest(1, 300),
    scores: 97,
  },
  'scores less for each whole device it has to open': {
    host: gpuHost('subject', [700, 0, 0]),
    request: gpuRequest(1, 1000, 2),
    scores: 48,
  },
  'scores least on idle hosts': { host: gpuHost('subject', [0, 0]), request: gpuRequest(1, 100), scores: 31 },
  'has no preference for requests without devices': { host: gpuHost('subject', [0]), request: asked, scores: 0 },
})

const kinds = { device: GPU, most: 2000, property: 'kind' }
const small = { imageProperties: { kind: 'small' } }
const large = { imageProperties: { kind: 'large' } }
const ofKind = gpuRequest(1, 500, 1, { image: image({ kind: 'small' }) })
describeWeigher(clusteringWeigher(kinds), {
  'scores 75 beside its own kind alone, and 25 times what is used': {
    host: gpuHost('subject', [500, 0], { servers: { a: small, b: small } }),
    request: ofKind,
    scores: 81,
  },
  'scores 50 beside its own kind and others': {
    host: gpuHost('subject', [500, 500], { servers: { a: small, b: large } }),
    request: ofKind,
    scores: 62,
  },
  'scores 25 where no kind is': { host: gpuHost('subject', [0, 0]), request: ofKind, scores: 25 },
  'scores nothing beside other kinds': {
    host: gpuHost('subject', [0, 0], { servers: { b: large } }),
    request: ofKind,
    scores: 0,
  },
})

const half = { share: 0.5, resources: { VCPU: 1 }, devices: { units: 500, count: 1 }, traits: [] }
const whole = { share: 0.5, resources: { VCPU: 1 }, devices: { units: 1000, count: 1 }, traits: [] }
// Before: nothing is lost. Afterwards the whole request loses the other half of the device: 250 in the mean.
describeWeigher(fragmentationWeigher({ device: GPU, typical: [half, whole] }), {
  'falls as more is left that nobody can use': {
    host: gpuHost('subject', [0]),
    request: gpuRequest(1, 500),
    scores: 100 / (1 + Math.exp(0.25)),
  },
  'rises where it uses up what nobody else could': {
    host: gpuHost('subject', [500]),
    request: gpuRequest(1, 500),
    scores: 100 / (1 + Math.exp(-0.25)),
  },
  'counts what becomes useless for want of processors': {
    host: gpuHost('subject', [0], { vcpus: 2 }),
    request: gpuRequest(2, 500),
    scores: 100 / (1 + Math.exp(0.5)),
  },
  'gives nothing where there is no room': {
    host: gpuHost('subject', [600]),
    request: gpuRequest(1, 500),
    scores: 0,
  },
})

it('are chosen by name with options, and refuse absurd ones', () => {
  const named = (weigher: string, options: Record<string, unknown>) =>
    definePolicy({ weighers: [{ weigher, options }] })
  expect(named('BestFitWeigher', { scale, quantum: 1 }).weighers[0]?.weigher.name).toBe('BestFitWeigher')
  expect(() => named('BestFitWeigher', { scale: { VCPU: 0 } })).toThrow(/scale/)
  expect(() => named('L2Weigher', { scale: {} })).toThrow(/names a class/)
  expect(() => named('FragmentationWeigher', { device: GPU, typical: [] })).toThrow(/typical/)
})
