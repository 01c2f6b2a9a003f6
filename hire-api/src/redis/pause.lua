-- Feishu has refused a call of an endpoint and asks to wait: all workers do.
-- KEYS: 1 until when, and how long that was. ARGV: 1 how long, in microseconds.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wait = tonumber(ARGV[1])
local until_when, length = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+)$')
-- The clock may have been set back since: a pause is never longer than it was asked for.
local before = until_when and math.min(tonumber(until_when), now + tonumber(length)) or 0
if now + wait > before then
  local value = string.format('%.0f %.0f', now + wait, wait)
  redis.call('SET', KEYS[1], value, 'PX', math.ceil(wait / 1000) + 1)
end
return 0
