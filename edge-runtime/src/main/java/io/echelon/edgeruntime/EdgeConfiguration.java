package io.echelon.edgeruntime;

import io.echelon.tenants.LogLevel;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a node is told by its environment: {@code nodeId} is {@code ECHELON_NODE_ID}, and so on.
 * Read it with {@link EdgeEnvironment}, which checks it.
 */
@ConfigMapping(prefix = "echelon")
public interface EdgeConfiguration {
    /** The node's name in the platform, {@code [a-z0-9-]+}. */
    @WithDefault("node-1")
    String nodeId();

    /** The folder that holds everything this node keeps. */
    Path data();

    /** The address to listen on. */
    @WithDefault("127.0.0.1")
    String bind();

    /** Public port in the clear, 0 for any free one. */
    @WithDefault("8080")
    int httpPort();

    /** Public port with TLS, 0 for any free one. */
    @WithDefault("8443")
    int httpsPort();

    /** Port for the other parts of the platform, 0 for any free one. */
    @WithDefault("0")
    int internalPort();

    /** The domain below which apps have their names. */
    @WithDefault("localhost")
    String baseDomain();

    /** The folder of the local certificate authority; below the data when absent. */
    Optional<Path> ca();

    /** A file with more settings; see {@link io.echelon.tenants.ProcessSettings}. */
    Optional<Path> configFile();

    /** Where diagnostics are written on SIGUSR1; below the data when absent. */
    Optional<Path> diagnostics();

    /** What is logged of the node itself: nothing below it. */
    @WithDefault("info")
    LogLevel logLevel();

    /** See {@link LogRetention#days}. */
    @WithDefault("7")
    int logDays();

    /** See {@link LogRetention#appMegabytes}. */
    @WithDefault("64")
    int logAppMb();

    /** What functions' caches may take of the node's disk, in MiB; 0 for none. */
    @WithDefault("256")
    int cacheMb();

    /** Where functions' logs are shipped to; see {@link LogSink#of}. */
    Optional<String> logSink();

    /** Headers for that; see {@link LogSink#of}. */
    Optional<String> logSinkHeaders();

    /** The file with the secret that the parts of the platform share. */
    Path clusterSecretFile();

    /** Address of the port for nodes of other machines; that of {@link #bind} unless set. */
    Optional<String> clusterBind();

    /** Port for nodes of other machines, by mutual TLS; there is none unless set. */
    OptionalInt clusterPort();

    /** By what name or address other machines reach this one; the bound address unless set. */
    Optional<String> clusterHost();

    /**
     * The folder of what this node got when it joined from another machine; see {@link JoinMain}.
     */
    Optional<Path> clusterIdentity();

    /** The file with the platform's master keys; see {@link io.echelon.tenants.MasterKeys}. */
    Optional<Path> masterKeyFile();

    /** The master keys themselves, instead of their file. */
    Optional<String> masterKey();

    /**
     * {@code local}, or the internal addresses, between commas, of the nodes that have the store.
     */
    @WithDefault("local")
    String store();

    /**
     * The replicas of the store when this node has one of them, as {@code NODE=HOST:PORT} between
     * commas, first those that vote, in the order of the addresses in {@link #store}; one that is
     * not its node's first is {@code NODE/REPLICA=HOST:PORT}. See {@link StoreMembers}.
     */
    Optional<String> storeMembers();

    /** The nodes, between commas, whose replicas only follow the others. */
    Optional<String> storeListeners();

    /** The replica whose place this node's is to take, for that one is lost. */
    Optional<String> storeReplaces();

    /** Identity of the group of replicas, a UUID that is the same for all of them. */
    Optional<String> storeGroup();

    /**
     * How many shards the store has, when this node has replicas of it; the same for all of them,
     * and never less than before.
     */
    @WithDefault("1")
    int storeShards();

    /** Whether all replicas begin with the same copy of what a single node's store has written. */
    @WithDefault("false")
    boolean storeCarriedOver();

    /**
     * Ranges of addresses, between commas, that functions may reach although they are not public.
     */
    Optional<String> egressAllow();

    /** Ranges of addresses, between commas, whose {@code x-forwarded-*} headers are believed. */
    Optional<String> trustedProxies();

    /** Whether requests are handed to and taken from other nodes; see {@link Forwarding}. */
    @WithDefault("true")
    boolean forward();

    /** Whether functions that are stopped again and again get a process of their own. */
    @WithDefault("true")
    boolean quarantine();

    /** See {@link QuarantineCommand#heap}; half of the node's, and 1 GiB at least, unless set. */
    Optional<String> quarantineHeap();

    /**
     * The internal address of the node whose {@link QuarantineNode} this is; of none when absent.
     */
    Optional<String> quarantineOf();

    /** See {@link ConnectionLimits#idle}; seconds. */
    @WithDefault("75")
    int idleSeconds();

    /** See {@link ConnectionLimits#head}; seconds. */
    @WithDefault("15")
    int headSeconds();

    /** See {@link ConnectionLimits#handshake}; seconds. */
    @WithDefault("10")
    int handshakeSeconds();

    /** See {@link ConnectionLimits#body}; seconds. */
    @WithDefault("60")
    int bodySeconds();

    /** See {@link ConnectionLimits#connections}; by the files that the process may have. */
    OptionalInt connections();

    /** See {@link TraceSampler.Settings#ratio}. */
    @WithDefault("0.01")
    double tracesRatio();

    /** See {@link TraceSampler.Settings#perSecond}. */
    @WithDefault("50")
    int tracesPerSecond();

    /** See {@link TraceSampler.Settings#slow}; milliseconds. */
    @WithDefault("1000")
    int tracesSlowMs();

    /** Where traces are sent by OTLP over HTTP, without {@code /v1/traces}; nowhere when absent. */
    Optional<String> otlpEndpoint();

    /** Headers for that receiver, {@code NAME=VALUE} between commas. */
    Optional<String> otlpHeaders();

    /** Whether a node may run without the optimizing compiler, about ten times slower. */
    @WithDefault("false")
    boolean allowInterpreter();

    /** A process whose end is this node's end. */
    OptionalLong parentPid();

    /** See {@link AdmissionPolicy}. */
    @WithDefault("200000")
    int tenantRequestsPerSecond();

    /** See {@link AdmissionPolicy}. */
    @WithDefault("20000")
    int tenantBurst();

    /** See {@link AdmissionPolicy}. */
    @WithDefault("10000")
    int tenantConcurrency();

    /** See {@link AdmissionPolicy}. */
    @WithDefault("5000")
    int nodeWaiting();

    /** See {@link AdmissionPolicy}. */
    @WithDefault("95")
    int nodeHeapPercent();
}
