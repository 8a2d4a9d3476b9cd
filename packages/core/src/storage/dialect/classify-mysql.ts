import type { StorageFailure } from '../../ports/storage.ts'
import { classifyConnection } from './classify-connection.ts'

/** Error numbers of MySQL and MariaDB servers, and of their client (2000 and above). */
const numbers: Readonly<Record<StorageFailure, readonly number[]>> = {
  // ER_CHECKREAD (MariaDB's snapshot isolation), lock wait timeout, deadlock, NOWAIT
  retry: [1020, 1205, 1213, 3572],
  // duplicate entries, foreign keys, checks of MySQL and of MariaDB
  conflict: [1062, 1169, 1451, 1452, 1586, 3819, 4025],
  // ER_DISK_FULL, ER_RECORD_FILE_FULL
  full: [1021, 1114],
  // --read-only, read-only transaction, read-only mode
  read_only: [1290, 1792, 1836],
  // not a key file, old key file, crashed tables, corrupt index
  corrupt: [1034, 1035, 1194, 1195, 1712],
  // too many connections, wrong logins, shutdown, killed, interrupted, gone away, out of time (MariaDB's and MySQL's)
  unreachable: [
    1040, 1043, 1044, 1045, 1047, 1049, 1053, 1129, 1158, 1159, 1160, 1161, 1203, 1226, 1317, 1698, 1927, 1969, 2002,
    2003, 2006, 2013, 2055, 3024, 4031,
  ],
  unknown_commit: [],
  closed: [],
  fatal: [],
}

const byNumber = new Map(
  Object.entries(numbers).flatMap(([failure, errnos]) =>
    errnos.map((errno) => [errno, failure as StorageFailure] as const),
  ),
)

export function classifyMysql(error: unknown): StorageFailure {
  const { errno } = (error ?? {}) as { errno?: unknown }
  const known = typeof errno === 'number' ? byNumber.get(errno) : undefined
  return known ?? classifyConnection(error) ?? 'fatal'
}
