-- A call was sent later than it was counted, since its connection took long: it counts from now.
-- KEYS: 1 when the last calls were. ARGV: 1 when this one was to be; 2 the length of the longest window, in microseconds.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
redis.call('LREM', KEYS[1], -1, ARGV[1])
redis.call('RPUSH', KEYS[1], now)
redis.call('PEXPIRE', KEYS[1], math.ceil(tonumber(ARGV[2]) / 1000))
return 0
