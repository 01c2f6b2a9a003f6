-- A call was not sent: its slot is free again. KEYS: 1 when the last calls were. ARGV: 1 when this one was to be.
return redis.call('LREM', KEYS[1], -1, ARGV[1])
