export type { FetchHandler } from '@novakit/http-kit'
