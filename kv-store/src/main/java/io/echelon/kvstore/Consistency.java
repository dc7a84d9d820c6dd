package io.echelon.kvstore;

/** How fresh a read has to be. */
public enum Consistency {
    /** It sees every commit that was acknowledged before the read began. */
    STRONG,
    /** It may be served from a copy nearby that lags behind. */
    EVENTUAL
}
