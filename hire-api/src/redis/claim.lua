-- A claim on something, until its lease ends.
-- KEYS: 1 the thing. ARGV: 1 the claim; 2 the lease in milliseconds.
-- Returns: 0 it is claimed; 1 another claim lasts; 2 it is done.
local held = redis.call('GET', KEYS[1])
if held == 'done' then return 2 end
if held and held ~= ARGV[1] then return 1 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
