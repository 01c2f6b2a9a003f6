-- Feishu has refused a call of an endpoint and asks to wait: all workers do.
-- KEYS: 1 until when. ARGV: 1 how long, in microseconds.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wait = tonumber(ARGV[1])
if now + wait > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], string.format('%.0f', now + wait), 'PX', math.ceil(wait / 1000) + 1)
end
return 0
