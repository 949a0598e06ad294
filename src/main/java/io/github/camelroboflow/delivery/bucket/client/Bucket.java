package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.BucketObject.ObjectIds;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Content;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Page;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.StoredObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bucket with the operations that images need, made of the requests that its cloud has. Etags have no quotes here. */
public final class Bucket {

    /** The statuses that may refuse the metadata, among other reasons. */
    private static final Set<Integer> MAYBE_METADATA_REFUSED = Set.of(400, 403, 413, 422, 431, 500, 501);

    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);

    private final ObjectStore store;
    private final BucketProbe probe;

    public Bucket(ObjectStore store) {
        this.store = store;
        this.probe = new BucketProbe(store);
    }

    public String name() {
        return store.bucket();
    }

    /** Returns the probes: requests that change nothing and show which requests are refused. */
    public BucketProbe probe() {
        return probe;
    }

    /** Names a setting of the bucket for a person. */
    public String setting(String name) {
        return store.setting(name);
    }

    /** Returns the reader of the messages by which the cloud announces objects. */
    public ObjectEvents events() {
        return store.events();
    }

    /** Returns the id of a prefix's listings, different for each server. */
    public String source(String prefix) {
        return ObjectIds.ofListing(store.server(), name(), prefix);
    }

    /**
     * Returns some objects, and none only if no more follow.
     *
     * @param token of the page; {@code null} for the first
     */
    public Page list(String prefix, String token) throws BucketException {
        return store.list(prefix, token);
    }

    /** Returns the first objects after a key. */
    public List<BucketObject> listFirst(String prefix, String after, int most) throws BucketException {
        return store.listFirst(prefix, after, most);
    }

    /** Returns the description of an object. Empty if there is no such object. */
    public Optional<StoredObject> head(String key) throws BucketException {
        return store.head(key);
    }

    /** Returns the current object of a key. Empty if it is gone. */
    public Optional<BucketObject> find(String key) throws BucketException {
        return head(key).map(head -> new BucketObject(key, head.etag(), head.size()));
    }

    /**
     * Writes an object's content into a file.
     *
     * @param onlyThis whether another object under the key must not be read
     */
    public ReadResult read(BucketObject object, Path file, boolean onlyThis) throws BucketException {
        return store.read(object, file, onlyThis);
    }

    /** Reads a byte of an object, which need not exist, to check that reads are possible. */
    public void readFirstByte(String key) throws BucketException {
        store.readFirstByte(key);
    }

    /** Returns the content of a small object, such as a report. Empty if it is gone. */
    public Optional<byte[]> read(String key) throws BucketException {
        return store.read(key);
    }

    /** Puts a file if no object has the key. Otherwise does nothing and returns {@code false}. */
    public boolean putIfAbsent(String key, Path file, ObjectMetadata metadata) throws BucketException {
        return putIfAbsent(key, new Content(file, null), metadata);
    }

    /** Does the same as {@link #putIfAbsent(String, Path, ObjectMetadata)}. */
    public boolean putIfAbsent(String key, byte[] content, ObjectMetadata metadata) throws BucketException {
        return putIfAbsent(key, new Content(null, content), metadata);
    }

    /** Puts an object, without the metadata and headers that the server refuses. */
    private boolean putIfAbsent(String key, Content content, ObjectMetadata metadata) throws BucketException {
        BucketException refusal = null;
        for (ObjectMetadata reduced : metadata.fallbacks()) {
            try {
                boolean put = store.putIfAbsent(key, content, reduced);
                if (put && refusal != null) {
                    LOG.warn("{} is stored without {}, which the server refused: {}", MessageText.printable(key),
                            metadata.without(reduced), MessageText.printable(refusal.getMessage()));
                }
                return put;
            } catch (BucketException e) {
                if (e.answer().filter(answer -> MAYBE_METADATA_REFUSED.contains(answer.status())).isEmpty()) {
                    throw refusal == null ? e : refusal;
                }
                refusal = refusal == null ? e : refusal;
            }
        }
        throw refusal;
    }

    /** Copies an object within the bucket, on the server. Returns {@code false} if another object has its key by now. */
    public boolean copy(BucketObject object, String key) throws BucketException {
        String etag = Etags.isSynthetic(object.etag()) ? null : object.etag();
        // a server may compare the condition with another etag than it reports
        return etag != null && store.copy(object.key(), etag, key) || isStill(object.key(), ObjectVersion.of(object))
                && store.copy(object.key(), null, key);
    }

    /** Deletes an object unless another one has its key by now. */
    public void delete(String key, ObjectVersion version) throws BucketException {
        store.delete(key, version);
    }

    public boolean isStill(String key, ObjectVersion version) throws BucketException {
        return head(key).filter(version::is).isPresent();
    }

    /** Returns whether a listing shows exactly this version of the object. */
    public boolean isListed(BucketObject object) throws BucketException {
        return listFirst(object.key(), null, 1).stream().anyMatch(listed -> listed.identity().equals(object.identity()));
    }

    /** Deletes the object of a key, if there is one. */
    public void delete(String key) throws BucketException {
        store.delete(key);
    }

    /** Returns the tags of an object; none if it is gone. */
    public Map<String, String> tags(String key) throws BucketException {
        return store.tags(key);
    }

    /** Sets some tags of an object and keeps its others. */
    public void tag(String key, Map<String, String> tags) throws BucketException {
        Map<String, String> all = new TreeMap<>(store.tags(key));
        all.putAll(tags);
        store.setTags(key, all);
    }

    /** Removes some tags of an object and keeps its others. */
    public void untag(String key, Collection<String> names) throws BucketException {
        Map<String, String> all = new TreeMap<>(store.tags(key));
        all.keySet().removeAll(names);
        store.setTags(key, all);
    }
}
