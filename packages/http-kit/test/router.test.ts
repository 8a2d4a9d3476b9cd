import { router } from '@novakit/http-kit'
import { describe, expect, test } from 'vitest'

const routes = router([
  { method: 'GET', path: '/', target: 'root' },
  { method: 'GET', path: '/things', target: 'list' },
  { method: 'POST', path: '/things', target: 'create' },
  { method: 'GET', path: '/things/:id', target: 'get' },
  { method: 'GET', path: '/things/special', target: 'special' },
  { method: 'DELETE', path: '/things/:id/parts/:part', target: 'drop' },
])

describe('router', () => {
  test.each([
    ['GET', '/', 'root', {}],
    ['GET', '/things', 'list', {}],
    ['POST', '/things', 'create', {}],
    ['GET', '/things/7', 'get', { id: '7' }],
    ['GET', '/things/a%20b', 'get', { id: 'a b' }],
    ['GET', '/things/special', 'special', {}],
    ['DELETE', '/things/special/parts/x', 'drop', { id: 'special', part: 'x' }],
  ])('%s %s leads to %s', (method, path, target, params) => {
    expect(routes.match(method, path)).toEqual({ kind: 'found', target, params })
  })

  test.each(['/nothing', '/things/', '/things/7/', '/things/7/parts', '/things/%FF', '//things'])(
    '%s is unknown',
    (path) => {
      expect(routes.match('GET', path)).toEqual({ kind: 'unknown' })
    },
  )

  test('tells which methods a path has', () => {
    expect(routes.match('PUT', '/things')).toEqual({ kind: 'wrong_method', allow: ['GET', 'POST'] })
  })

  test('refuses two routes in one place', () => {
    const twice = [1, 2].map((target) => ({ method: 'GET', path: '/a/:b', target }))
    expect(() => router(twice)).toThrow('two routes')
    expect(() => router([...twice.slice(1), { method: 'GET', path: '/a/:c/d', target: 3 }])).toThrow('one place')
  })
})
