package io.echelon.controlplane;

import io.echelon.controlplane.SignInTrail.Door;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.ProviderAccount;
import io.quarkus.vertx.http.HttpServer;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Signing in to the console through the outside {@link Provider}: whoever shows an address of mail
 * that the provider has verified, and that a member is invited by, is that member; nobody else is
 * anybody. The first account that comes by an address has it from then on, so that an address that
 * the provider gives to somebody else later opens nothing.
 *
 * <p>What has to be remembered between leaving for the provider and coming back is in a cookie of
 * the browser that left, sealed; so nobody can finish what another browser began, and strangers
 * have nothing written. Calls block.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
public final class ProviderSignIns {
    /** Where browsers come back to. */
    public static final String CALLBACK = "/sign-in/callback";

    /** How long a browser may stay at the provider. */
    public static final Duration AWAY = Duration.ofMinutes(10);

    private static final Logger LOG = Logger.getLogger(ProviderSignIns.class);
    private static final int RANDOM_BYTES = 32;
    private static final int CODE_MAX_CHARS = 2_048;

    /** What the next step is. */
    public sealed interface Step {
        /**
         * Leave for the provider.
         *
         * @param cookie to come back with
         */
        record Leave(URI to, String cookie) implements Step {
            @Override
            public String toString() {
                return "Leave";
            }
        }

        /**
         * The browser is signed in.
         *
         * @param secret what it shows from now on
         * @param next path that it asked for before
         */
        record Opened(String secret, String next) implements Step {
            @Override
            public String toString() {
                return "Opened";
            }
        }

        /**
         * The person is a member of several tenants and says of which.
         *
         * @param cookie to say it with
         */
        record Choose(List<String> tenants, String cookie) implements Step {
            @Override
            public String toString() {
                return "Choose";
            }
        }

        /** Nobody is signed in. */
        record Refused(int status, String why) implements Step {}

        /** Too many tried from that address, or as that person. */
        record TooMany(long seconds) implements Step {}
    }

    /** What a browser keeps that left for the provider. */
    record Left(String state, String nonce, String verifier, String next, Instant until) {}

    /** What a browser keeps whose user has to choose a tenant. */
    record Choice(ProviderAccount account, MailAddress mail, String next, Instant until) {}

    private final Provider provider;
    private final SignIns signIns;
    private final Sessions sessions;
    private final SignInTrail trail;
    private final SealedTexts sealed;
    private final Invitations invitations;
    private final HttpServer server;
    private final Settings settings;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    ProviderSignIns(
            Provider provider,
            SignIns signIns,
            Sessions sessions,
            SignInTrail trail,
            SealedTexts sealed,
            Invitations invitations,
            HttpServer server,
            Settings settings,
            InstantSource clock) {
        this.provider = provider;
        this.signIns = signIns;
        this.sessions = sessions;
        this.trail = trail;
        this.sealed = sealed;
        this.invitations = invitations;
        this.server = server;
        this.settings = settings;
        this.clock = clock;
    }

    /** What the provider is called; empty when there is none. */
    public Optional<String> provider() {
        return provider.name();
    }

    /**
     * Begins.
     *
     * @param next path of the console to come back to
     */
    public Step begin(String next, RoutingContext context) {
        Optional<Duration> pause = attempt(context);
        if (pause.isPresent()) {
            trail.refused(Door.CONSOLE, Refused.TOO_OFTEN, null, context);
            return new Step.TooMany(TooManyException.seconds(pause.get()));
        }
        if (provider.name().isEmpty()) {
            return new Step.Refused(
                    404,
                    "This platform has no outside provider to sign in through. Sign in with a token.");
        }
        Left left = new Left(secret(), secret(), secret(), next, clock.instant().plus(AWAY));
        try {
            URI to =
                    provider.authorization(
                            new Provider.Request(
                                    redirect(), left.state(), left.nonce(), digest(left)));
            return new Step.Leave(to, sealed.seal(left));
        } catch (ProviderException e) {
            return away(e, context);
        }
    }

    /**
     * Ends, when a browser comes back.
     *
     * @param code that the provider gave it; null when it gave none
     * @param state that the provider was given
     * @param issuer that it names
     * @param error why it gave none
     * @param cookie of {@link Step.Leave}
     */
    public Step finish(
            @Nullable String code,
            @Nullable String state,
            @Nullable String issuer,
            @Nullable String error,
            @Nullable String cookie,
            RoutingContext context) {
        Optional<Duration> pause = attempt(context);
        if (pause.isPresent()) {
            trail.refused(Door.CONSOLE, Refused.TOO_OFTEN, null, context);
            return new Step.TooMany(TooManyException.seconds(pause.get()));
        }
        Left left =
                cookie == null || provider.name().isEmpty()
                        ? null
                        : sealed.open(cookie, Left.class).orElse(null);
        if (left == null
                || state == null
                || !isSame(state, left.state())
                || !clock.instant().isBefore(left.until())) {
            trail.refused(Door.CONSOLE, Refused.NOT_BEGUN, null, context);
            return new Step.Refused(
                    400,
                    "This sign-in was not begun in this browser, or more than %d minutes ago. Begin again."
                            .formatted(AWAY.toMinutes()));
        }
        try {
            if (!provider.mayBeFrom(issuer)) {
                LOG.warn("Somebody came back from another provider than was left for");
                trail.refused(Door.CONSOLE, Refused.WRONG_PROVIDER, null, context);
                return new Step.Refused(
                        400, "The answer is not this platform's provider's. Begin again.");
            }
            if (code == null || code.isEmpty() || code.length() > CODE_MAX_CHARS) {
                trail.refused(Door.CONSOLE, Refused.PROVIDER_REFUSED, null, context);
                return new Step.Refused(403, refusal(error));
            }
            Provider.Person person =
                    provider.person(
                            new Provider.Answer(code, redirect(), left.nonce(), left.verifier()));
            return admit(person, left.next(), context);
        } catch (ProviderException e) {
            return away(e, context);
        }
    }

    /**
     * Signs in as the member of the tenant that was chosen.
     *
     * @param cookie of {@link Step.Choose}
     */
    public Step choose(@Nullable String tenant, @Nullable String cookie, RoutingContext context) {
        Choice choice = cookie == null ? null : sealed.open(cookie, Choice.class).orElse(null);
        if (choice == null || !clock.instant().isBefore(choice.until())) {
            trail.refused(Door.CONSOLE, Refused.NOT_BEGUN, null, context);
            return new Step.Refused(
                    400,
                    "The choice was open for %d minutes. Begin again.".formatted(AWAY.toMinutes()));
        }
        return invitations.of(choice.mail()).stream()
                .filter(member -> member.tenant().value().equals(tenant))
                .filter(member -> Invitations.isFor(member, choice.account()))
                .findFirst()
                .map(member -> open(member, choice.account(), choice.next(), context))
                .orElseGet(() -> stranger(choice.mail(), context));
    }

    private Optional<Duration> attempt(RoutingContext context) {
        return signIns.attempt(WrongTokens.source(context.request().remoteAddress()), null);
    }

    private Step admit(Provider.Person person, String next, RoutingContext context) {
        Optional<Duration> pause = signIns.attemptOf("provider's " + person.account().subject());
        MailAddress mail = person.mail();
        if (pause.isPresent()) {
            trail.refused(Door.CONSOLE, Refused.TOO_OFTEN, who(mail), context);
            return new Step.TooMany(TooManyException.seconds(pause.get()));
        }
        if (mail == null) {
            trail.refused(Door.CONSOLE, Refused.UNVERIFIED, null, context);
            return new Step.Refused(
                    403,
                    "%s says of no address of yours that it is verified, and members are known by theirs. Verify it there, and sign in again."
                            .formatted(provider.name().orElseThrow()));
        }
        List<MemberRecord> invited = invitations.of(mail);
        List<MemberRecord> own =
                invited.stream()
                        .filter(member -> Invitations.isFor(member, person.account()))
                        .toList();
        if (own.isEmpty()) {
            return invited.isEmpty() ? stranger(mail, context) : taken(invited, mail, context);
        }
        if (own.size() == 1) {
            return open(own.getFirst(), person.account(), next, context);
        }
        Choice choice = new Choice(person.account(), mail, next, clock.instant().plus(AWAY));
        return new Step.Choose(
                own.stream().map(member -> member.tenant().value()).toList(), sealed.seal(choice));
    }

    private Step open(
            MemberRecord member, ProviderAccount account, String next, RoutingContext context) {
        MailAddress mail = Objects.requireNonNull(member.mail());
        if (member.account() == null && !invitations.bind(member, account)) {
            return taken(List.of(member), mail, context);
        }
        LOG.infof("Member %s of tenant %s signed in", member.name(), member.tenant());
        return new Step.Opened(
                sessions.begin(
                        new SessionRecord.ByProvider(member.tenant(), member.name(), account),
                        trail.row(
                                new Caller.Member(
                                        member.tenant(), member.name(), member.role(), null),
                                "signIn.provider",
                                context,
                                Map.of("issuer", account.issuer(), "mail", mail.value()))),
                next);
    }

    private Step stranger(MailAddress mail, RoutingContext context) {
        trail.refused(Door.CONSOLE, Refused.NOT_INVITED, who(mail), context);
        return new Step.Refused(
                403,
                "No member of this platform is invited by %s. An admin of your tenant invites you: edge members add NAME --role ROLE --mail %s"
                        .formatted(mail, mail));
    }

    private Step taken(List<MemberRecord> invited, MailAddress mail, RoutingContext context) {
        for (MemberRecord member : invited) {
            trail.refusedHolder(
                    Door.CONSOLE,
                    Refused.OTHER_ACCOUNT,
                    new Identification.Holder(member.tenant(), "mail " + mail),
                    context);
        }
        return new Step.Refused(
                403,
                "Another account of %s signed in by %s before. If that was you, an admin of your tenant invites you anew: edge members role NAME ROLE --mail %s"
                        .formatted(provider.name().orElse("the provider"), mail, mail));
    }

    private String refusal(@Nullable String error) {
        String name = provider.name().orElse("The provider");
        if ("access_denied".equals(error)) {
            return "%s was told not to let you in, or you said no there.".formatted(name);
        }
        return error != null && ProviderHttp.isCode(error)
                ? "%s refuses with %s. Begin again; if it stays so, its settings for this platform have the reason."
                        .formatted(name, error)
                : "%s gave no answer that is of use. Begin again.".formatted(name);
    }

    private static @Nullable String who(@Nullable MailAddress mail) {
        return mail == null ? null : "mail " + mail;
    }

    private Step away(ProviderException failure, RoutingContext context) {
        trail.refused(Door.CONSOLE, Refused.PROVIDER_FAILED, null, context);
        LOG.warnf("Nobody can sign in through the provider: %s", failure.getMessage());
        return new Step.Refused(
                502,
                "%s did not answer as it should. Begin again, or sign in with a token; the control plane's log says what went wrong."
                        .formatted(provider.name().orElse("The provider")));
    }

    /** Where the provider sends browsers back to, which it has to know beforehand. */
    URI redirect() {
        String base =
                settings.consoleUrl()
                        .map(URI::toString)
                        .orElseGet(() -> "http://127.0.0.1:" + server.getPort());
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + CALLBACK);
    }

    private String secret() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String digest(Left left) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        Secrets.sha256()
                                .digest(left.verifier().getBytes(StandardCharsets.US_ASCII)));
    }

    private static boolean isSame(String shown, String kept) {
        return MessageDigest.isEqual(
                shown.getBytes(StandardCharsets.UTF_8), kept.getBytes(StandardCharsets.UTF_8));
    }
}
