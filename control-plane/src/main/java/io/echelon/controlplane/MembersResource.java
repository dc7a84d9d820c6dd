package io.echelon.controlplane;

import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.MemberRecord;
import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A tenant's members. */
@Path("/api/v1/tenants/{tenant}/members")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class MembersResource {
    private final MemberService members;
    private final TokenPace pace;
    private final Change change;

    MembersResource(MemberService members, TokenPace pace, Change change) {
        this.pace = pace;
        this.members = members;
        this.change = change;
    }

    @GET
    @Needs(Right.MEMBERS_READ)
    public IdentityViews.Members list(
            @RestPath String tenant,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        Part<IdentityViews.Member> part =
                Part.of(
                        members.list(new TenantName(tenant)),
                        IdentityViews.Member::name,
                        limit,
                        cursor);
        return new IdentityViews.Members(part.items(), part.cursor());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.MEMBERS_WRITE)
    public IdentityViews.NewMember add(
            @RestPath String tenant,
            @Context RoutingContext context,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    IdentityViews.MemberRequest
                                                                            .class)))
                    InputStream body) {
        pace.require(context, new TenantName(tenant));
        IdentityViews.MemberRequest request =
                JsonBody.read(body, IdentityViews.MemberRequest.class);
        MemberName name = new MemberName(request.name());
        Role role = Role.ofMember(request.role());
        MailAddress mail = request.mail() == null ? null : MailAddress.of(request.mail());
        IdentityViews.NewMember member =
                members.add(
                        new TenantName(tenant),
                        name,
                        role,
                        mail,
                        request.expiresInDays(),
                        RightsGuard.caller(context));
        Map<String, Object> is = new LinkedHashMap<>(Map.of("name", name, "role", role));
        is.put(mail == null ? "token" : "mail", mail == null ? member.id() : mail);
        change.to(is);
        return member;
    }

    @PUT
    @Path("/{member}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.MEMBERS_WRITE)
    public void role(
            @RestPath String tenant,
            @RestPath String member,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Context RoutingContext context,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    IdentityViews.RoleRequest
                                                                            .class)))
                    InputStream body) {
        IdentityViews.RoleRequest request = JsonBody.read(body, IdentityViews.RoleRequest.class);
        Role role = Role.ofMember(request.role());
        MemberService.Invitation invitation = MemberService.Invitation.of(request.mail());
        MemberRecord before =
                members.change(
                        new TenantName(tenant),
                        new MemberName(member),
                        role,
                        invitation,
                        IfMatch.of(ifMatch),
                        RightsGuard.caller(context));
        change.from(was(before));
        Map<String, Object> is = new LinkedHashMap<>(Map.of("role", role));
        if (request.mail() != null) {
            is.put("mail", request.mail());
        }
        change.to(is);
    }

    @DELETE
    @Path("/{member}")
    @Needs(Right.MEMBERS_WRITE)
    public void remove(
            @RestPath String tenant,
            @RestPath String member,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Context RoutingContext context) {
        Role before =
                members.remove(
                        new TenantName(tenant),
                        new MemberName(member),
                        IfMatch.of(ifMatch),
                        RightsGuard.caller(context));
        change.from(Map.of("role", before));
    }

    private static Map<String, Object> was(MemberRecord before) {
        Map<String, Object> was = new LinkedHashMap<>(Map.of("role", before.role()));
        MailAddress mail = before.mail();
        if (mail != null) {
            was.put("mail", mail);
        }
        return was;
    }
}
