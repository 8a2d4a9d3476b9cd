import path from 'node:path'

const folder = path.join(import.meta.dirname, '../../../../node_modules/.cache/compiled')

/** The environment of a process that shares what was compiled with the others that tests start: it starts twice as fast. */
export function withCompileCache(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: folder }
}
