package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Content;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probe requests about an object of our own, to check that the same is possible with images. Each fails if the bucket refuses it.
 * Only {@link #write} creates the object, and deletes it again; the others work without it.
 */
public final class BucketProbe {

    private static final Logger LOG = LoggerFactory.getLogger(BucketProbe.class);
    /** A name that is not an image's. */
    private static final String NAME = ".camel-roboflow-probe";
    private static final byte[] CONTENT = "camel-roboflow tries whether it may write here".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, String> TAGS = Map.of("camel-roboflow", "probe");

    private final ObjectStore store;
    /** The keys of created objects that may still exist. */
    private final Set<String> created = ConcurrentHashMap.newKeySet();

    BucketProbe(ObjectStore store) {
        this.store = store;
    }

    public void look(String prefix) throws BucketException {
        store.head(prefix + NAME);
    }

    public void read(String prefix) throws BucketException {
        store.readFirstByte(prefix + NAME);
    }

    public void delete(String prefix) throws BucketException {
        store.delete(prefix + NAME);
    }

    public void readTags(String prefix) throws BucketException {
        store.tags(prefix + NAME);
    }

    /** @throws BucketException also if the server stores tags as an object's content */
    public void tag(String prefix) throws BucketException {
        String key = prefix + NAME;
        try {
            store.setTags(key, TAGS);
        } catch (BucketException e) {
            if (e.isObjectMissing()) {
                return;
            }
            throw e;
        }
        if (store.head(key).isPresent()) {
            store.delete(key);
            String after = store.property("after");
            throw new BucketException("the server stores an object's tags as its content; choose " + after + "=move or " + after
                    + "=leave", null);
        }
    }

    public synchronized void write(String prefix) throws BucketException {
        created.add(prefix + NAME);
        store.put(prefix + NAME, new Content(null, CONTENT), ObjectMetadata.NONE);
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
                store.delete(key);
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
