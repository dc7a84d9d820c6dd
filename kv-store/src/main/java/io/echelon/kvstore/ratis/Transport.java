package io.echelon.kvstore.ratis;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/** Has Ratis talk over a {@link Wire}, which it is given among its parameters. */
public final class Transport implements RpcType {
    /** Name of the parameter. */
    static final String WIRE = "wire";

    /** Made by Ratis, by the name of this class. */
    public Transport() {}

    @Override
    public String name() {
        return Transport.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(this, parameters.getNonNull(WIRE, Wire.class));
    }

    private record Factory(RpcType type, Wire wire) implements ServerFactory {
        @Override
        public RpcType getRpcType() {
            return type;
        }

        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new RaftCalls(type, server, wire);
        }

        @Override
        public LogAppender newLogAppender(
                RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            return new Appender(server, state, follower, wire);
        }
    }
}
