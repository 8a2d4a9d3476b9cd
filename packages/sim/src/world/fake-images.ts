import type { Clock, Image, ImageControl, ImageHost } from '@novakit/core'
import { imageErrors } from '@novakit/core'
import { memoryImages, type StaticImage } from '@novakit/local-services'
import { serviceFaults, type ServiceFault, type ServiceFaults } from './service-faults.ts'

export const imageCalls = ['reserve', 'delete', 'listImages', 'upload', 'fetch'] as const
export type ImageCall = (typeof imageCalls)[number]

export type ImageFault = ServiceFault<ImageCall>

/** An image service in memory, the same for all processes of a simulated cloud. */
export interface FakeImages extends Pick<ServiceFaults<ImageCall>, 'inject' | 'heal'> {
  readonly service: ImageControl & ImageHost
  /** Those that were made of servers. */
  made(): readonly Image[]
}

/** @param given what is there from the beginning */
export function fakeImages(clock: Clock, given: readonly StaticImage[]): FakeImages {
  const inner = memoryImages(given, { clock })
  const { meet, inject, heal } = serviceFaults<ImageCall>(() => imageErrors.unreachable({ image: 'one' }))

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
    inject,
    heal,
    made: () => inner.all().filter(({ id }) => !given.some((one) => one.id === id)),
  }
}
