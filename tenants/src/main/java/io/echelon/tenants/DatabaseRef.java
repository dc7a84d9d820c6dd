package io.echelon.tenants;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A tenant's database, by tenant and name. An app's own database is named as the app.
 *
 * @param database {@code [a-z0-9][a-z0-9_-]*}, at most {@link Limits#DATABASE_NAME_MAX_CHARS}
 */
public record DatabaseRef(TenantName tenant, String database) implements Comparable<DatabaseRef> {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9_-]*");
    private static final String PREFIX = "t.";

    public DatabaseRef {
        if (database.length() > Limits.DATABASE_NAME_MAX_CHARS) {
            throw refuse(
                    "Database name \"%s…\" is %,d characters; at most %d are allowed"
                            .formatted(
                                    database.substring(0, Limits.DATABASE_NAME_MAX_CHARS),
                                    database.length(),
                                    Limits.DATABASE_NAME_MAX_CHARS));
        }
        if (!ALLOWED.matcher(database).matches()) {
            throw refuse(
                    "Database name \"%s\" must begin with a-z or 0-9, and may go on with these, hyphens and underscores"
                            .formatted(database));
        }
    }

    /** Whether a text may be a database's name. */
    static boolean isName(String text) {
        return text.length() <= Limits.DATABASE_NAME_MAX_CHARS && ALLOWED.matcher(text).matches();
    }

    /** The database that an app opens when it names none. */
    public static DatabaseRef of(TenantName tenant, AppName app) {
        return new DatabaseRef(tenant, app.value());
    }

    /**
     * The database's name in the store, {@code t.TENANT.DATABASE}: no two databases share one, and
     * none is that of the platform's own rows ({@link SystemRows#DATABASE}).
     */
    public String storeName() {
        return PREFIX + tenant.value() + "." + database;
    }

    /** What the names of a tenant's databases in the store begin with, up to the last dot. */
    public static String storeNamesOf(TenantName tenant) {
        return PREFIX + tenant.value() + ".";
    }

    /** The database of a name in the store; empty when the name is not that of a tenant's. */
    public static Optional<DatabaseRef> ofStoreName(String name) {
        int dot = name.indexOf('.', PREFIX.length());
        if (!name.startsWith(PREFIX) || dot < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new DatabaseRef(
                            new TenantName(name.substring(PREFIX.length(), dot)),
                            name.substring(dot + 1)));
        } catch (EchelonException notOne) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(DatabaseRef other) {
        int byTenant = tenant.compareTo(other.tenant);
        return byTenant != 0 ? byTenant : database.compareTo(other.database);
    }

    @Override
    public String toString() {
        return tenant + "/" + database;
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
