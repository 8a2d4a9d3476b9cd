import {
  aggregateImagePropertiesIsolation,
  aggregateInstanceExtraSpecsFilter,
  aggregateMultiTenancyIsolation,
  aggregateTypeAffinityFilter,
  isolatedHostsFilter,
} from '@novakit/scheduler'
import { aggregate, describeFilter, flavor, host, image, request } from '@novakit/scheduler/testing'

const subject = host('subject', { aggregates: ['one', 'two'] })
const withMetadata = (one: Record<string, string>, two: Record<string, string> = {}) => ({
  host: subject,
  aggregates: [aggregate('one', { metadata: one }), aggregate('two', { metadata: two })],
})
const specs = (extraSpecs: Record<string, string>) => request({ flavor: flavor({ extraSpecs }) })

describeFilter(aggregateInstanceExtraSpecsFilter, {
  'has nothing to say of a flavor without extra specs': { ...withMetadata({}), answers: 'yes' },
  'has nothing to say of other scopes': {
    ...withMetadata({}),
    request: specs({ 'hw:cpu_policy': 'shared' }),
    answers: 'yes',
  },
  'takes a host whose aggregate has the value': {
    ...withMetadata({ ssd: 'true' }),
    request: specs({ 'aggregate_instance_extra_specs:ssd': 'true' }),
    answers: 'yes',
  },
  'looks for keys without a scope too': {
    ...withMetadata({}, { ssd: 'true' }),
    request: specs({ ssd: 'true' }),
    answers: 'yes',
  },
  'turns a host away whose aggregates lack the key': {
    ...withMetadata({ hdd: 'true' }),
    request: specs({ ssd: 'true' }),
    answers: 'aggregate.extra_spec_missing',
  },
  'turns a host away whose aggregates have other values': {
    ...withMetadata({ ssd: 'false' }, { ssd: 'no' }),
    request: specs({ ssd: 'true' }),
    answers: 'aggregate.extra_spec',
  },
  'is content with one of several values': {
    ...withMetadata({ level: '1, 3' }, { level: '5' }),
    request: specs({ level: '>= 4' }),
    answers: 'yes',
  },
  'needs every key to be met': {
    ...withMetadata({ ssd: 'true', level: '1' }),
    request: specs({ ssd: 'true', level: '== 2' }),
    answers: 'aggregate.extra_spec',
  },
})

describeFilter(aggregateMultiTenancyIsolation, {
  'takes any project where no aggregate names one': { ...withMetadata({ ssd: 'true' }), answers: 'yes' },
  'takes a named project': {
    ...withMetadata({ filter_tenant_id: 'other, mine' }),
    request: request({ project: 'mine' }),
    answers: 'yes',
  },
  'turns other projects away': {
    ...withMetadata({ filter_tenant_id: 'other' }),
    request: request({ project: 'mine' }),
    answers: 'aggregate.other_project',
  },
  'joins all keys with the prefix and all aggregates': {
    ...withMetadata({ filter_tenant_id: 'a', filter_tenant_id2: 'b' }, { filter_tenant_id3: 'mine' }),
    request: request({ project: 'mine' }),
    answers: 'yes',
  },
  'takes anybody on a host outside of such aggregates': {
    ...withMetadata({ filter_tenant_id: 'other' }),
    host: host('subject'),
    request: request({ project: 'mine' }),
    answers: 'yes',
  },
})

describeFilter(aggregateImagePropertiesIsolation(), {
  'takes images without properties': { ...withMetadata({ os_distro: 'windows' }), answers: 'yes' },
  'takes an image that lacks the property': {
    ...withMetadata({ os_distro: 'windows' }),
    request: request({ image: image({ hw_vif_model: 'virtio' }) }),
    answers: 'yes',
  },
  'takes an image with one of the values': {
    ...withMetadata({ os_distro: 'windows, reactos' }),
    request: request({ image: image({ os_distro: 'reactos' }) }),
    answers: 'yes',
  },
  'turns an image with another value away': {
    ...withMetadata({ os_distro: 'windows' }),
    request: request({ image: image({ os_distro: 'debian' }) }),
    answers: 'aggregate.image_property',
  },
  'does not stumble over a key that every object has': {
    ...withMetadata({ toString: 'x', constructor: 'y' }),
    request: request({ image: image({ os_distro: 'debian' }) }),
    answers: 'yes',
  },
})

describeFilter(aggregateImagePropertiesIsolation({ namespace: 'os' }), {
  'passes keys of other namespaces by': {
    ...withMetadata({ hw_x: '1' }),
    request: request({ image: image({ hw_x: '2' }) }),
    answers: 'yes',
  },
  'compares keys of its namespace': {
    ...withMetadata({ 'os.x': '1' }),
    request: request({ image: image({ 'os.x': '2' }) }),
    answers: 'aggregate.image_property',
  },
})

describeFilter(aggregateTypeAffinityFilter, {
  'takes any flavor where no aggregate lists flavors': { ...withMetadata({ ssd: 'true' }), answers: 'yes' },
  'takes a listed flavor': {
    ...withMetadata({ instance_type: 'm1.large, m1.small' }),
    request: request({ flavor: flavor({ name: 'm1.small' }) }),
    answers: 'yes',
  },
  'turns other flavors away': {
    ...withMetadata({ instance_type: 'm1.large' }),
    request: request({ flavor: flavor({ name: 'm1.small' }) }),
    answers: 'aggregate.other_flavor',
  },
})

const isolation = { isolatedHosts: ['subject'], isolatedImages: ['secret'] }

describeFilter(isolatedHostsFilter(isolation), {
  'runs an isolated image on an isolated host': { request: request({ image: image({}, 'secret') }), answers: 'yes' },
  'keeps other images off an isolated host': { request: request(), answers: 'host.isolated' },
  'keeps an isolated image off other hosts': {
    host: host('plain'),
    request: request({ image: image({}, 'secret') }),
    answers: 'host.isolated',
  },
  'runs other images on other hosts': { host: host('plain'), answers: 'yes' },
  'counts a server without an image among the others': {
    host: host('plain'),
    request: request({ image: null }),
    answers: 'yes',
  },
})

describeFilter(isolatedHostsFilter({ ...isolation, restrictIsolatedHostsToIsolatedImages: false }), {
  'lets other images onto an isolated host if told': { answers: 'yes' },
  'still keeps an isolated image off other hosts': {
    host: host('plain'),
    request: request({ image: image({}, 'secret') }),
    answers: 'host.isolated',
  },
})

describeFilter(isolatedHostsFilter({ isolatedHosts: ['subject'] }), {
  'keeps images off isolated hosts though none is isolated': { answers: 'host.isolated' },
})
