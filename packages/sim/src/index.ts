// The door of @novakit/sim: for now, the ports that it is to drive.

export type { Clock, Ids, Random, StorageDriver, Transport } from '@novakit/core'
