import { defineErrors } from '../error.ts'

export const storageErrors = defineErrors('storage', {
  cannot_open: {
    kind: 'unavailable',
    help: 'never',
    message: (d: { where: string; why: string }) => `The database ${d.where} cannot be opened: ${d.why}`,
  },
  schema_newer: {
    kind: 'conflict',
    help: 'never',
    message: (d: { where: string; migration: string }) =>
      `The database ${d.where} was written by a newer version of novakit (it holds ${d.migration}). Use that version or a newer one.`,
  },
  schema_older: {
    kind: 'conflict',
    help: 'never',
    message: (d: { where: string; missing: number }) =>
      `The database ${d.where} lacks ${d.missing} migrations, and this cloud was told not to migrate. Migrate it first.`,
  },
  migration_failed: {
    kind: 'internal',
    help: 'never',
    message: (d: { where: string; migration: string; why: string }) =>
      `Migration ${d.migration} of the database ${d.where} failed: ${d.why}`,
  },
  closed: {
    kind: 'unavailable',
    help: 'never',
    message: () => 'The database is closed.',
  },
  read_only: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'The database is read-only: nothing was stored. Make its file and folder writable.',
  },
  full: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'The disk of the database is full: nothing was stored. Make room and ask again.',
  },
  corrupt: {
    kind: 'internal',
    help: 'never',
    message: () => 'The database file is damaged or is no database. Restore it from a backup.',
  },
  unreachable: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'The database does not answer.',
  },
  busy: {
    kind: 'unavailable',
    help: 'same',
    message: () => 'The database is too busy: nothing was stored. Ask again.',
  },
  conflict: {
    kind: 'conflict',
    help: 'same',
    message: () => 'Somebody stored the same thing at the same time.',
  },
  unknown_commit: {
    kind: 'unavailable',
    help: 'same',
    message: () =>
      'The database broke off during a commit: it is not known whether it was stored. Ask again with the same key.',
  },
  failed: {
    kind: 'internal',
    help: 'later',
    message: () => 'The database refused a statement. The operator finds the cause in the log.',
  },
})
