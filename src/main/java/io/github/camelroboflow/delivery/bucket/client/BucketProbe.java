package io.github.camelroboflow.delivery.bucket.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * Probe requests about an object of our own, to check that the same is possible with images. Each fails if the bucket refuses it.
 * Only {@link #write} creates the object, and deletes it again; the others work without it.
 */
public final class BucketProbe {

    private static final Logger LOG = LoggerFactory.getLogger(BucketProbe.class);
    /** A name that is not an image's. */
    private static final String NAME = ".camel-roboflow-probe";
    private static final Tag TAG = Tag.builder().key("camel-roboflow").value("probe").build();

    private final Bucket bucket;
    /** The keys of created objects that may still exist. */
    private final Set<String> created = ConcurrentHashMap.newKeySet();

    BucketProbe(Bucket bucket) {
        this.bucket = bucket;
    }

    public void look(String prefix) throws BucketException {
        bucket.head(prefix + NAME);
    }

    public void read(String prefix) throws BucketException {
        bucket.readFirstByte(prefix + NAME);
    }

    public void delete(String prefix) throws BucketException {
        bucket.delete(prefix + NAME);
    }

    public void readTags(String prefix) throws BucketException {
        bucket.tags(prefix + NAME);
    }

    /** @throws BucketException also if the server stores tags as an object's content */
    public void tag(String prefix) throws BucketException {
        String key = prefix + NAME;
        try {
            bucket.setTags(key, List.of(TAG));
        } catch (BucketException e) {
            if (e.isObjectMissing()) {
                return;
            }
            throw e;
        }
        if (bucket.head(key).isPresent()) {
            bucket.delete(key);
            throw new BucketException("the server stores an object's tags as its content; choose s3.after=move or s3.after=leave",
                    null);
        }
    }

    public synchronized void write(String prefix) throws BucketException {
        created.add(prefix + NAME);
        bucket.put(prefix + NAME, RequestBody.fromString("camel-roboflow tries whether it may write here"), ObjectMetadata.NONE);
        cleanUp();
    }

    public boolean isCleanedUp() {
        return created.isEmpty();
    }

    /**
     * Deletes the created objects, and repeats deletions that failed before. An object stays if the bucket refuses its deletion.
     */
    public synchronized void cleanUp() throws BucketException {
        for (String key : created) {
            try {
                bucket.delete(key);
            } catch (BucketException e) {
                if (e.answer().filter(answer -> answer.status() < 500).isEmpty()) {
                    throw e;
                }
                LOG.warn("{} can't be deleted, and stays: {}", key, e.getMessage());
            }
            created.remove(key);
        }
    }
}
