package io.echelon.kvstore.rocksdb;

/**
 * A look at a database, which counts only if the database lay here from its beginning to its end:
 * otherwise it may have been at rows that had not all come, or were left behind.
 *
 * @param standings as they were at its beginning
 * @param departures how many databases had gone by then
 */
record Look(Engine engine, String database, Standings standings, long departures) {
    /**
     * Begins a look.
     *
     * @throws AwayException when the database does not lie here
     */
    static Look at(Engine engine, String database) {
        Standings standings = engine.standings();
        long departures = standings.departures();
        if (!standings.of(database).standing().isReadable()) {
            throw new AwayException(database);
        }
        return new Look(engine, database, standings, departures);
    }

    /**
     * What was found, if it counts.
     *
     * @throws AwayException when it does not
     */
    <T> T found(T what) {
        Standings now = engine.standings();
        if (!now.areAllHere() && (now != standings || now.departures() != departures)) {
            throw new AwayException(database);
        }
        return what;
    }
}
