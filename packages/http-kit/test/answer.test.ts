import { answer } from '@novakit/http-kit'
import { describe, expect, test } from 'vitest'

describe('answer', () => {
  test('is a response like any other to whoever reads it', async () => {
    const made = () => answer(201, '{"a":"é"}', { 'x-thing': 'one' })
    expect(made()).toBeInstanceOf(Response)
    expect([made().status, made().headers.get('x-thing')]).toEqual([201, 'one'])
    expect(await made().json()).toEqual({ a: 'é' })
    expect(await made().text()).toBe('{"a":"é"}')
    expect(new TextDecoder().decode(await made().bytes())).toBe('{"a":"é"}')
    expect((await made().arrayBuffer()).byteLength).toBe(10)
    expect((await made().blob()).size).toBe(10)
    expect(await new Response(made().body).text()).toBe('{"a":"é"}')
    await expect(made().formData()).rejects.toThrow(TypeError)
  })

  test('is read once, and can be cloned before', async () => {
    const response = answer(200, 'text', { 'x-thing': 'one' })
    const clone = response.clone()
    expect([clone.status, clone.headers.get('x-thing'), await clone.text()]).toEqual([200, 'one', 'text'])
    expect([await response.text(), response.bodyUsed]).toEqual(['text', true])
    await expect(response.text()).rejects.toThrow(TypeError)
    expect(answer(204, null).body).toBeNull()
  })
})
