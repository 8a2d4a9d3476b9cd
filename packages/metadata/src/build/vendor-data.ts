import type { FirstBootInput, Json } from '@novakit/core/vocabulary'
import { asJson } from './json-text.ts'
import type { DocumentOptions } from './options.ts'

/** vendor_data.json: what the operator wrote. */
export function vendorData(input: FirstBootInput, options: DocumentOptions): Json {
  return asJson(input.vendorData ?? options.vendorData ?? {})
}

/** vendor_data2.json: the same under `static`, and what each service said, under its name. */
export function vendorData2(input: FirstBootInput, options: DocumentOptions): Json {
  const { static: _, ...dynamic } = options.dynamicVendorData ?? {}
  return { static: vendorData(input, options), ...dynamic }
}
