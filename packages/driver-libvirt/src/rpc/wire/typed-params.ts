import type { Codec } from '../xdr/codec.ts'
import { array, struct, taggedUnion } from '../xdr/compounds.ts'
import { double, int32, int64, text, truth, uint32, uint64 } from '../xdr/scalars.ts'

const typedParam = struct({
  field: text,
  value: taggedUnion({ 1: int32, 2: uint32, 3: int64, 4: uint64, 5: double, 6: truth, 7: text }),
})

export type ParamValue = number | bigint | boolean | string
/** What was read, by name. Without prototype: the names come from the other side. */
export type Params = Readonly<Record<string, ParamValue>>

type Tagged =
  | { readonly type: 1 | 2 | 5; readonly value: number }
  | { readonly type: 3 | 4; readonly value: bigint | number }
  | { readonly type: 6; readonly value: boolean }
  | { readonly type: 7; readonly value: string }

/** A parameter to be sent; libvirt insists on the type that it has written down for each name. */
export interface Param {
  readonly field: string
  readonly value: Tagged
}

/** Makes parameters to be sent: `param.ullong('bandwidth', 100)`. One name may come several times. */
export const param = {
  int: (field: string, value: number): Param => ({ field, value: { type: 1, value } }),
  uint: (field: string, value: number): Param => ({ field, value: { type: 2, value } }),
  llong: (field: string, value: bigint | number): Param => ({ field, value: { type: 3, value } }),
  ullong: (field: string, value: bigint | number): Param => ({ field, value: { type: 4, value } }),
  double: (field: string, value: number): Param => ({ field, value: { type: 5, value } }),
  boolean: (field: string, value: boolean): Param => ({ field, value: { type: 6, value } }),
  string: (field: string, value: string): Param => ({ field, value: { type: 7, value } }),
} as const

const list: Codec<readonly Param[]> = array(typedParam) as Codec<readonly Param[]>

/** A list of typed values, read into one object: of a name that comes twice the last counts. */
export const params: Codec<Params, readonly Param[] | undefined> = {
  shape: list.shape,
  read: (reader) => {
    const read: Record<string, ParamValue> = Object.create(null) as Record<string, ParamValue>
    for (const { field, value } of list.read(reader)) read[field] = value.value
    return read
  },
  write: (writer, value) => list.write(writer, value ?? []),
}
