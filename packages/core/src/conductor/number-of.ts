import type { Operation } from '../domain/operation/operation.ts'

/** Which of its server's actions an operation is; null for what ends the server. */
export const numberOf = ({ request }: Pick<Operation, 'request'>): number | null =>
  ((request ?? {}) as { readonly sequence?: number }).sequence ?? null
