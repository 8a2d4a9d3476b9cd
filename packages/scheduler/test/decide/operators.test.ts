import { meets } from '@novakit/scheduler'
import { expect, it } from 'vitest'

// [value, requirement, met]: as nova/scheduler/filters/extra_specs_ops.py answers.
const table: readonly (readonly [string, string, boolean])[] = [
  ['1', '1', true],
  ['', '1', false],
  ['222', '2', false],
  ['4', '> 2', false],
  ['> 2', '> 2', true],
  ['124', '= 123', true],
  ['123', '= 123', true],
  ['34', '= 234', false],
  ['34', '=', false],
  ['12.0', '== 12', true],
  ['12', '!= 12', false],
  ['13', '!= 12', true],
  ['3', '>= 1', true],
  ['10', '>= 9', true],
  ['2', '<= 10', true],
  ['3', '<= 2', false],
  ['1e3', '== 1000', true],
  ['123', 's== 123', true],
  ['1234', 's== 123', false],
  ['1234', 's!= 123', true],
  ['1000', 's>= 234', false],
  ['1234', 's<= 1000', false],
  ['2', 's< 12', false],
  ['12', 's> 2', false],
  ['12311321', '<in> 11', true],
  ['12310321', '<in> 11', false],
  ['12311321', '<in> 12311321 <in>', true],
  ["['aes', 'mmx', 'aux']", '<all-in> aes mmx', true],
  ["['aes', 'mmx', 'aux']", '<all-in> txt aes', false],
  ['12', '<or> 11 <or> 12', true],
  ['12', '<or> 11 <or> 12 <or>', true],
  ['13', '<or> 11 <or> 12', false],
  ['<or>', '<or> 11 <or> 12', false],
]

it.each(table)('%j %j: %j', (value, requirement, met) => {
  expect(meets(value, requirement)).toBe(met)
})

// Where Nova raises an exception, nothing is met.
it.each([
  ['many', '>= 2'],
  ['2', '>= many'],
  ['many', '!= 2'],
  ['', '== 0'],
  ['0x10', '== 16'],
  ['nan', '!= 1'],
  ['12', '<or>'],
])('%j does not meet %j, which it cannot be compared with', (value, requirement) => {
  expect(meets(value, requirement)).toBe(false)
})
