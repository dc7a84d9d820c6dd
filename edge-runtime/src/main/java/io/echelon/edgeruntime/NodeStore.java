package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.connect.RemoteBlobStore;
import io.echelon.kvstore.connect.RemoteKvStore;
import io.echelon.kvstore.connect.RemoteOptions;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.SystemRows;
import java.net.URI;
import java.nio.file.Path;

/**
 * The platform's state as this node reaches it: databases and blobs, here or on another node.
 *
 * @param blobs all blobs of the platform
 * @param files those that lie on this node's disk: all of them where the store is, else copies
 */
record NodeStore(KvStore kv, BlobStore blobs, LocalBlobs files) implements AutoCloseable {
    /** Opens the store in a node's folder. */
    static NodeStore local(Path data) {
        KvStore kv = RocksKvStore.open(RocksOptions.of(data.resolve("kv")));
        Path folder = data.resolve("blobs");
        FileBlobStore blobs = FileBlobStore.open(folder, RocksOptions.RESERVE_BYTES_DEFAULT);
        return new NodeStore(kv, blobs, new LocalBlobs(blobs, blobs));
    }

    /**
     * Reaches the store of another node, and keeps copies of blobs in this node's folder.
     *
     * @param address the internal address of the node that has the store
     */
    static NodeStore remote(Path data, URI address, ClusterSecret secret) {
        RemoteOptions options = RemoteOptions.of(address, secret.value());
        RemoteBlobStore blobs = RemoteBlobStore.open(options);
        Path folder = data.resolve("blobs");
        FileBlobStore copies = FileBlobStore.open(folder, RocksOptions.RESERVE_BYTES_DEFAULT);
        return new NodeStore(RemoteKvStore.open(options), blobs, new LocalBlobs(copies, blobs));
    }

    /** The platform's own database. */
    KvDatabase system() {
        return kv.database(SystemRows.DATABASE);
    }

    @Override
    public void close() {
        kv.close();
        if (blobs instanceof RemoteBlobStore remote) {
            remote.close();
        }
    }
}
