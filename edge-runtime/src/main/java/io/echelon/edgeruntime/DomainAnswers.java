package io.echelon.edgeruntime;

import io.echelon.tenants.DomainRecord.Plain;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** What the platform itself answers, or adds to answers, at hosts of tenants' own. */
final class DomainAnswers {
    private static final CharSequence HSTS =
            HttpHeaders.createOptimized("strict-transport-security");
    private static final int PERMANENT_REDIRECT = 308;

    private final CustomDomain.Lookup domains;
    private final AcmeAnswers challenges;
    private volatile int httpsPort = 443;

    DomainAnswers(CustomDomain.Lookup domains, AcmeAnswers challenges) {
        this.domains = domains;
        this.challenges = challenges;
    }

    /** Says where callers who name a port are sent to. */
    void httpsPort(int port) {
        httpsPort = port;
    }

    @Nullable CustomDomain find(String host) {
        return domains.find(host);
    }

    /**
     * Answers a request that is a certificate authority's, or is to come by TLS instead; others may
     * get another header.
     */
    boolean answer(Exchange exchange, RequestHead head, CustomDomain domain) {
        if (challenges.answer(exchange, head, domain)) {
            return true;
        }
        MultiMap headers = exchange.request().response().headers();
        if (isByTls(head)) {
            CharSequence hsts = domain.hsts();
            if (hsts != null) {
                headers.set(HSTS, hsts);
            }
            return false;
        }
        if (domain.plain() != Plain.REDIRECT) {
            return false;
        }
        headers.set(HttpHeaders.LOCATION, location(head, domain));
        headers.set(OwnHeaders.CONTENT_LENGTH, "0");
        exchange.request().response().setStatusCode(PERMANENT_REDIRECT);
        exchange.setOwnHeaders(null, 0, 0);
        exchange.answeredDirectly(0);
        exchange.finish(null);
        return true;
    }

    /**
     * Who names a port has found this node by it; who does not is at the usual one, before TLS's.
     */
    private String location(RequestHead head, CustomDomain domain) {
        boolean namesPort = head.authority().length() > domain.host().length();
        return "https://"
                + domain.host()
                + (namesPort && httpsPort != 443 ? ":" + httpsPort : "")
                + head.target();
    }

    /** As the caller sees it, who may have come by a proxy. */
    private static boolean isByTls(RequestHead head) {
        int at = head.indexOf("x-forwarded-proto", 0);
        return at >= 0 && head.valueAt(at).equals("https");
    }
}
