import path from 'node:path'

/** Where the sets are, if they are anywhere: without them their twins serve. */
export const dataFolder = path.join(process.env['NOVAKIT_DATA'] ?? '/nowhere', 'huawei-topology-2025')
