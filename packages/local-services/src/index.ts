// The door of @novakit/local-services.

export { localServices, type LocalServices } from './local-services.ts'
export type { LocalServicesOptions } from './options.ts'
export type { ImageFilter, ImageStore } from './images/image-store.ts'
export type { ImageChanges, ImageInput } from './images/input.ts'
export type { ImageMember, ImageMembers } from './images/members.ts'
export type { ImageOptions } from './images/deps.ts'
export type { StoredImage } from './images/stored-image.ts'
export type { UploadOptions } from './images/upload.ts'
export * from './inspect/index.ts'
export { noNetworks } from './no-networks.ts'
export { staticImages, type StaticImage } from './static-images.ts'
