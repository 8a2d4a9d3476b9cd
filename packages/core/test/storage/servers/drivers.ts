import { mysql, postgres } from '../../../src/storage/index.ts'
import type { ServerOptions } from '../../../src/storage/index.ts'
import type { StorageDriver } from '../../../src/ports/storage.ts'
import type { ServerName } from '../../../../../tools/servers/test-server.ts'

/** Our driver for each server. */
export const driverOf: Readonly<Record<ServerName, (options: ServerOptions) => StorageDriver>> = {
  postgresql: postgres,
  mariadb: mysql,
}
