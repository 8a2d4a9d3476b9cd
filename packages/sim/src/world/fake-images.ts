import type { Clock, Image, ImageControl, ImageHost } from '@novakit/core'
import { imageErrors } from '@novakit/core'
import { memoryImages, type StaticImage } from '@novakit/local-services'

export const imageCalls = ['reserve', 'delete', 'listImages', 'upload', 'fetch'] as const
export type ImageCall = (typeof imageCalls)[number]

/** What goes wrong with one call: nothing is done, or all of it and then an error. */
export interface ImageFault {
  readonly call: ImageCall
  readonly when: 'before' | 'after_effect'
  readonly error?: Error
}

/** An image service in memory, the same for all processes of a simulated cloud. */
export interface FakeImages {
  readonly service: ImageControl & ImageHost
  /** The next call of that name meets the fault. */
  inject(fault: ImageFault): void
  heal(): void
  /** Those that were made of servers. */
  made(): readonly Image[]
}

/** @param given what is there from the beginning */
export function fakeImages(clock: Clock, given: readonly StaticImage[]): FakeImages {
  const inner = memoryImages(given, { clock })
  let faults: ImageFault[] = []

  async function meet<T>(call: ImageCall, work: () => Promise<T>): Promise<T> {
    const fault = faults.find((one) => one.call === call)
    if (fault === undefined) return work()
    faults = faults.filter((one) => one !== fault)
    if (fault.when === 'after_effect') await work()
    throw fault.error ?? imageErrors.unreachable({ image: 'one' })
  }

  return {
    service: {
      find: inner.find,
      get: inner.get,
      trim: inner.trim,
      list: (context) => meet('listImages', () => inner.list(context)),
      reserve: (context, image, key) => meet('reserve', () => inner.reserve(context, image, key)),
      delete: (context, image) => meet('delete', () => inner.delete(context, image)),
      fetch: (image, signal) => meet('fetch', () => inner.fetch(image, signal)),
      upload: (...upload) => meet('upload', () => inner.upload(...upload)),
    },
    inject: (fault) => void faults.push(fault),
    heal: () => {
      faults = []
    },
    made: () => inner.all().filter(({ id }) => !given.some((one) => one.id === id)),
  }
}
