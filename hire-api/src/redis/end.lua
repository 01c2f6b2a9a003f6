-- Ends a claim, if it is still valid.
-- KEYS: 1 the thing. ARGV: 1 the claim.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
