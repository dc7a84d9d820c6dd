package io.echelon.kvstore.rocksdb;

/** How a database stands in one shard of a store. */
public enum Standing {
    /** It lies here, and is read and changed here. */
    HERE(1),
    /** It is read here; nothing changes it, for it is being copied to another shard. */
    LEAVING(2),
    /** It lies in another shard, whatever rows of it are left here. */
    ELSEWHERE(3),
    /** It is being copied to here, and is of no use before it has all. */
    ARRIVING(4);

    /** Its byte in files and in the log, for ever. */
    private final int code;

    Standing(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /**
     * The standing of a byte.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Standing of(int code) {
        for (Standing standing : values()) {
            if (standing.code == code) {
                return standing;
            }
        }
        throw new IllegalArgumentException("No standing has the code " + code);
    }

    /** Whether what is found here is what the database holds. */
    public boolean isReadable() {
        return this == HERE || this == LEAVING;
    }
}
