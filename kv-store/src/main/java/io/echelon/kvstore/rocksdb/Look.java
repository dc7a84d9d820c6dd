package io.echelon.kvstore.rocksdb;

/**
 * A look at a database, which counts only if the database lay here from its beginning to its end:
 * otherwise it may have been at rows that had not all come, or were left behind. A database that
 * has gone and come back meanwhile stands here by another attempt at a move.
 *
 * @param stand how it stood at the look's beginning
 */
record Look(Engine engine, String database, Standings.Stand stand) {
    /**
     * Begins a look.
     *
     * @throws AwayException when the database does not lie here
     */
    static Look at(Engine engine, String database) {
        Standings.Stand stand = engine.standings().of(database);
        if (!stand.standing().isReadable()) {
            throw new AwayException(database);
        }
        return new Look(engine, database, stand);
    }

    /**
     * What was found, if it counts.
     *
     * @throws AwayException when it does not
     */
    <T> T found(T what) {
        if (!engine.standings().of(database).equals(stand)) {
            throw new AwayException(database);
        }
        return what;
    }
}
