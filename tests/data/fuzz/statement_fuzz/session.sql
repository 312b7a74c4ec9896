ALTER SESSION SET TIMEZONE = 'UTC', QUERY_TAG = 'x'; SET v = 1 + 2; UNSET (a, b); BEGIN; COMMIT; -- end
/* c */ // d
CALL f()