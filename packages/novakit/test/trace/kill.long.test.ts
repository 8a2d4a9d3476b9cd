import { describeKills } from '../support/trace/kill-suite.ts'

describeKills({ seed: 'all of them', kills: 50, hosts: 0.1, requests: 200 })
