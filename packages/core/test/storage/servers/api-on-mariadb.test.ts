import { describeApiOn } from './api-suites.ts'

await describeApiOn('mariadb')
