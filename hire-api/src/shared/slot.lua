-- Takes the next slot of an endpoint's quota, by the server's clock, in microseconds.
--
-- KEYS: 1 when the last calls are, 2 until when Feishu asked to wait, 3 the life of this data, 4 when calls were made
-- that are not in it, 5 the workers.
-- ARGV: 1 calls a second, 2 calls a minute (0: as many as one likes), 3 and 4 the lengths of these windows, 5 the
-- longest wait that is wanted (-1: any), 6 the worker, 7 the life that the worker knows, 8 how far ahead calls go that
-- are not in this data (-1: there are none).
-- Returns: how long to wait; 1 where the slot is taken; the life of this data; how many workers there are; how far
-- ahead the last slot is.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function text(number) return string.format('%.0f', number) end

local life = redis.call('GET', KEYS[3])
if not life then
  life = text(now)
  redis.call('SET', KEYS[3], life)
end
local minute = tonumber(ARGV[4])
local unknown = tonumber(redis.call('GET', KEYS[4]) or 0)
local ahead = tonumber(ARGV[8])
if (ARGV[7] ~= '' and ARGV[7] ~= life) or ahead >= 0 then
  unknown = math.max(unknown, now + math.max(ahead, 0))
  redis.call('SET', KEYS[4], text(unknown), 'PX', math.ceil((unknown - now + minute) / 1000))
end

redis.call('ZADD', KEYS[5], now, ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[5], 0, now - 2 * minute)
redis.call('PEXPIRE', KEYS[5], math.ceil(2 * minute / 1000))
local workers = redis.call('ZCARD', KEYS[5])

local count = redis.call('LLEN', KEYS[1])
local last = tonumber(redis.call('LINDEX', KEYS[1], -1) or now)
local slot = math.max(now, last, tonumber(redis.call('GET', KEYS[2]) or 0))
local most = 0
for index = 1, 2 do
  local calls, window = tonumber(ARGV[index]), tonumber(ARGV[index + 2])
  if calls > 0 then
    most = math.max(most, calls)
    if count >= calls then
      slot = math.max(slot, tonumber(redis.call('LINDEX', KEYS[1], -calls)) + window)
    end
    if unknown > 0 then slot = math.max(slot, unknown + window) end
  end
end

local wait, longest = slot - now, tonumber(ARGV[5])
if longest >= 0 and wait > longest then
  return { text(wait), 0, life, workers, text(math.max(last - now, 0)) }
end
redis.call('RPUSH', KEYS[1], text(slot))
redis.call('LTRIM', KEYS[1], -most, -1)
redis.call('PEXPIRE', KEYS[1], math.ceil((wait + minute) / 1000))
return { text(wait), 1, life, workers, text(wait) }
