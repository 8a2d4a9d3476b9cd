import type { CloudPicture } from './cloud-picture.ts'

/** What was to be an image of a server is whole, or gone: nobody uploads into it any more (I10). */
export function imagesAreWhole({ images }: CloudPicture): readonly string[] {
  return images
    .filter(({ status }) => status !== 'active' && status !== 'deleted')
    .map(({ id, name, status }) => `image ${id} (${name}) is ${status}, and nobody makes it`)
}

/** Of an action that ended well there is an image, unless somebody has deleted it since; of one that did not, there is none. */
export function imagesAreAsTold({ images, events }: CloudPicture): readonly string[] {
  const standing = new Map(images.map((image) => [image.id, image.status]))
  return events.flatMap((event) => {
    if (event.name === 'instance.snapshot.end' && !standing.has(event.payload.image)) {
      return [`image ${event.payload.image} was made, and never was`]
    }
    const failed = event.name === 'instance.snapshot.error' && standing.get(event.payload.image) === 'active'
    return failed ? [`image ${event.payload.image} is there although it could not be made`] : []
  })
}
