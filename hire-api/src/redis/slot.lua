-- Takes a slot of an endpoint's quota if one is free now, by the server's clock, in microseconds. Nothing is reserved
-- ahead.
--
-- KEYS: 1 when the last calls were, 2 a pause that Feishu asked for, 3 the life of this data, 4 when calls were made
-- that are not in it, 5 the workers.
-- ARGV: 1 calls a second, 2 calls a minute (0: as many as one likes), 3 and 4 the lengths of these windows, 5 the
-- worker, 6 the life that the worker knows, 7 how long ago the worker made calls that are not in this data (-1: it made
-- none), 8 whether the worker has seen that this clock was set (1) or not (0).
-- Returns: 1 if the slot is taken; how long to wait otherwise; whether Feishu asked to (1); the life of this data; how
-- many workers there are; the time.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(number) return string.format('%.0f', number) end

local minute, ago = tonumber(ARGV[4]), tonumber(ARGV[7])
local life = redis.call('GET', KEYS[3])
-- A time that is still to come was written before the clock was set back. It was now, at the latest.
local unknown = math.min(now, tonumber(redis.call('GET', KEYS[4]) or 0))
local known = unknown
if life and ARGV[6] ~= '' and ARGV[6] ~= life then
  unknown = math.max(unknown, math.min(now, tonumber(life)))
end
if not life or (ARGV[8] == '1' and ARGV[6] == life) then
  if life or ARGV[6] ~= '' then unknown = now end
  life = text(now)
  redis.call('SET', KEYS[3], life)
  redis.call('DEL', KEYS[1])
end
-- Other workers may go on alone for a moment: a window begins now, in which they come back, too.
if ago >= 0 then unknown = now end
if unknown > known then
  redis.call('SET', KEYS[4], text(unknown), 'PX', math.ceil(minute / 1000))
end

redis.call('ZADD', KEYS[5], now, ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[5], 0, now - 2 * minute)
redis.call('ZREMRANGEBYSCORE', KEYS[5], '(' .. text(now), '+inf')
redis.call('PEXPIRE', KEYS[5], math.ceil(2 * minute / 1000))
local workers = redis.call('ZCARD', KEYS[5])

local count = redis.call('LLEN', KEYS[1])
for index = count - 1, 0, -1 do
  if tonumber(redis.call('LINDEX', KEYS[1], index)) <= now then break end
  redis.call('LSET', KEYS[1], index, text(now))
end

local paused = 0
local until_when, length = string.match(redis.call('GET', KEYS[2]) or '', '^(%d+) (%d+)$')
if until_when then
  paused = math.min(tonumber(until_when), now + tonumber(length))
  if paused < tonumber(until_when) then
    redis.call('SET', KEYS[2], text(paused) .. ' ' .. length, 'PX', math.ceil(tonumber(length) / 1000) + 1)
  end
end

local free, most = math.max(now, paused), 0
for index = 1, 2 do
  local calls, window = tonumber(ARGV[index]), tonumber(ARGV[index + 2])
  if calls > 0 then
    most = math.max(most, calls)
    if count >= calls then
      free = math.max(free, tonumber(redis.call('LINDEX', KEYS[1], -calls)) + window)
    end
    if unknown > 0 then free = math.max(free, unknown + window) end
  end
end
if free > now then
  return { 0, text(free - now), free == paused and 1 or 0, life, workers, text(now) }
end
if most > 0 then
  redis.call('RPUSH', KEYS[1], text(now))
  redis.call('LTRIM', KEYS[1], -most, -1)
  redis.call('PEXPIRE', KEYS[1], math.ceil(minute / 1000))
end
return { 1, '0', 0, life, workers, text(now) }
