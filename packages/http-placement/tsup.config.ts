export { default } from '../../tools/tsup-preset.ts'
