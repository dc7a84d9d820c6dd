package io.echelon.controlplane;

import com.google.common.net.InternetDomainName;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;

/** Which hosts can be somebody's own. */
@Singleton
final class DomainRules {
    /** Names that mean something else on every network, or nothing. */
    private static final List<String> NOT_PUBLIC =
            List.of("localhost", "local", "internal", "onion", "arpa", "invalid", "alt");

    private final String baseDomain;

    DomainRules(Settings settings) {
        this.baseDomain = settings.baseDomain().toLowerCase(Locale.ROOT);
    }

    /** The host of a name as its owner writes it; refuses what cannot be anybody's own. */
    DomainName checked(String text) {
        DomainName host = DomainName.parse(text);
        if (host.isWithin(baseDomain)) {
            throw refuse(
                    "%s is within %s, where the platform gives out names itself"
                            .formatted(host, baseDomain));
        }
        for (String name : NOT_PUBLIC) {
            if (host.isWithin(name)) {
                throw refuse("%s is within .%s, which is nobody's own".formatted(host, name));
            }
        }
        if (isPublicSuffix(host)) {
            throw refuse(
                    "%s is a public suffix, below which anybody may have names; add a name below it"
                            .formatted(host));
        }
        return host;
    }

    private static boolean isPublicSuffix(DomainName host) {
        try {
            return InternetDomainName.from(host.value()).isPublicSuffix();
        } catch (IllegalArgumentException neverPublic) {
            throw refuse("%s is not a name that the public DNS can have".formatted(host));
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
