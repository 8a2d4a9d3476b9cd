import type { CloudPicture } from './cloud-picture.ts'
import { missing, standing } from './servers.ts'

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

/** Of each shelved server there is the image that it is made from again, and of no other (I10, I19). */
export function shelvedHaveImages(picture: CloudPicture): readonly string[] {
  const shelved = standing(picture).flatMap((row) => (row.shelved_image === null ? [] : [row.shelved_image]))
  const kept = picture.images.filter(({ name, status }) => name.endsWith('-shelved') && status === 'active')
  const there = kept.map(({ id }) => id)
  return [
    ...missing(shelved, there).map((image) => `a server is shelved, and its image ${image} is not there`),
    ...missing(there, shelved).map((image) => `image ${image} is of no shelved server`),
  ]
}
