// The door of @novakit/local-services.

export * from './inspect/index.ts'
export { noNetworks } from './no-networks.ts'
export { staticImages, type StaticImage } from './static-images.ts'
