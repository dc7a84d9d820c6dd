package io.echelon.controlplane;

import static io.restassured.RestAssured.given;

import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;

/** Callers of the tests: members and services with tokens of their own, from many addresses. */
final class Tokens {
    private static final AtomicInteger ADDRESSES = new AtomicInteger(1);

    private Tokens() {}

    static RequestSpecification with(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    static void tenant(String tenant) {
        ControlPlaneTest.api().put("/api/v1/tenants/" + tenant).then().statusCode(201);
    }

    /** Adds a member by the operator, and returns its token. */
    static String member(String tenant, String name, String role) {
        return add(ControlPlaneTest.api(), tenant, name, role)
                .statusCode(201)
                .extract()
                .path("token");
    }

    static ValidatableResponse add(
            RequestSpecification caller, String tenant, String name, String role) {
        return caller.contentType("application/json")
                .body("{\"name\":\"%s\",\"role\":\"%s\"}".formatted(name, role))
                .post("/api/v1/tenants/%s/members".formatted(tenant))
                .then();
    }

    /** Asks for a token. */
    static ValidatableResponse create(RequestSpecification caller, String tenant, String request) {
        return caller.contentType("application/json")
                .body(request)
                .post("/api/v1/tenants/%s/tokens".formatted(tenant))
                .then();
    }

    /** A request from an address that no other one of the tests came from. */
    static RequestSpecification fromElsewhere() {
        int number = ADDRESSES.incrementAndGet();
        try {
            InetAddress address =
                    InetAddress.getByAddress(
                            new byte[] {127, 1, (byte) (number >> 8), (byte) number});
            return given().config(
                            RestAssuredConfig.config()
                                    .httpClient(
                                            HttpClientConfig.httpClientConfig()
                                                    .setParam(
                                                            "http.route.local-address", address)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
