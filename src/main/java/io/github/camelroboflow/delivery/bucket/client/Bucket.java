package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.bucket.client.BucketException.BucketRequest;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ObjectIds;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/** The requests to a bucket. Etags have no quotes here. */
public final class Bucket {

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    /** The status for a range of an empty object. */
    private static final int EMPTY = 416;
    private static final int MOST_EMPTY_PAGES = 1000;
    private static final int NOT_IMPLEMENTED = 501;

    /** The statuses that may refuse the metadata, among other reasons. */
    private static final Set<Integer> MAYBE_METADATA_REFUSED = Set.of(400, 403, 413, 422, 431, 500, 501);

    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);

    /**
     * A page of a bucket's objects, in the order of their keys.
     *
     * @param last whether no objects follow
     * @param cut  whether the listing ends early: more objects follow, but the server does not list them
     */
    public record Page(List<BucketObject> objects, boolean last, boolean cut) {
    }

    private final S3Connection connection;
    private final String name;
    private final BucketProbe probe = new BucketProbe(this);
    private volatile boolean conditional = true;

    public Bucket(S3Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Returns the probes: requests that change nothing and show which requests are refused. */
    public BucketProbe probe() {
        return probe;
    }

    /** Returns the id of a prefix's listings, different for each server. */
    public String source(String prefix) {
        return ObjectIds.ofListing(connection.server(), name, prefix);
    }

    @FunctionalInterface
    private interface Request<T> {
        T send(S3Client s3);
    }

    private <T> T send(BucketRequest description, Request<T> request) throws BucketException {
        try {
            return request.send(connection.client());
        } catch (SdkException e) {
            throw BucketException.of(description, name, connection.server(), e);
        }
    }

    /**
     * Returns some objects, and none only if no more follow: a page of the server may be empty though others follow it.
     *
     * @param after the key before the page; {@code null} for the first page
     */
    public Page list(String prefix, String after) throws BucketException {
        ListObjectsV2Response response = listed(prefix, after, null);
        for (int i = 0; i < MOST_EMPTY_PAGES && response.contents().isEmpty() && isTruncated(response)
                && response.nextContinuationToken() != null; i++) {
            response = listed(prefix, after, response.nextContinuationToken());
        }
        List<BucketObject> objects = response.contents().stream().map(Bucket::object).toList();
        if (!isTruncated(response)) {
            return new Page(objects, true, false);
        }
        // without progress the same page would be requested for ever
        boolean further = !objects.isEmpty() && (after == null || !objects.get(objects.size() - 1).key().equals(after));
        return new Page(objects, !further, !further);
    }

    private static boolean isTruncated(ListObjectsV2Response response) {
        return Boolean.TRUE.equals(response.isTruncated());
    }

    /** Returns the first objects after a key. */
    public List<BucketObject> listFirst(String prefix, String after, int most) throws BucketException {
        return send(BucketRequest.list(name), s3 -> s3.listObjectsV2(request -> request.bucket(name).prefix(prefix)
                .startAfter(after).maxKeys(most).encodingType(EncodingType.URL))).contents().stream().map(Bucket::object).toList();
    }

    private ListObjectsV2Response listed(String prefix, String after, String continuation) throws BucketException {
        // plain XML would change a line break in a key
        ListObjectsV2Response response = send(BucketRequest.list(name), s3 -> s3.listObjectsV2(request -> request.bucket(name)
                .prefix(prefix).startAfter(after).continuationToken(continuation).encodingType(EncodingType.URL)));
        if (response.name() == null && response.isTruncated() == null && response.contents().isEmpty()) {
            throw new BucketException(BucketRequest.list(name).failure() + ": the answer of " + connection.server()
                    + " is no list of a bucket; is "
                    + Advice.bucketOption("endpoint") + " the address of an S3 server?", null);
        }
        return response;
    }

    private static BucketObject object(S3Object listed) {
        return new BucketObject(listed.key(), Etags.of(listed.eTag(), listed.size(), listed.lastModified()), listed.size());
    }

    /** Returns the metadata of an object. Empty if there is no such object. */
    public Optional<HeadObjectResponse> head(String key) throws BucketException {
        return send(BucketRequest.look(key), s3 -> headed(s3, key));
    }

    private Optional<HeadObjectResponse> headed(S3Client s3, String key) {
        try {
            return Optional.of(s3.headObject(request -> request.bucket(name).key(key)));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    /** Returns the current object of a key. Empty if it is gone. */
    public Optional<BucketObject> find(String key) throws BucketException {
        return head(key).map(head -> new BucketObject(key, Etags.of(head.eTag(), head.contentLength(), head.lastModified()),
                head.contentLength()));
    }

    /**
     * Writes an object's content into a file.
     *
     * @param onlyThis whether another object under the key must not be read
     */
    public ReadResult read(BucketObject object, Path file, boolean onlyThis) throws BucketException {
        return send(BucketRequest.read(object.key()), s3 -> {
            try {
                GetObjectResponse response = s3.getObject(request -> request.bucket(name).key(object.key())
                        .ifMatch(onlyThis ? condition(object) : null), file);
                // without an etag there was no condition
                boolean other = onlyThis && Etags.isSynthetic(object.etag())
                        && !Etags.isOf(object.etag(), null, response.contentLength(), response.lastModified());
                return other ? ReadResult.Nothing.CHANGED
                        : new ReadResult.Content(ObjectMetadata.of(response, object.etag()), ObjectVersion.of(object, response));
            } catch (NoSuchKeyException e) {
                return ReadResult.Nothing.GONE;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED && onlyThis) {
                    return ReadResult.Nothing.CHANGED;
                }
                throw e;
            }
        });
    }

    /** Reads a byte of an object, which need not exist, to check that reads are possible. */
    public void readFirstByte(String key) throws BucketException {
        send(BucketRequest.read(key), s3 -> {
            try {
                return s3.getObjectAsBytes(request -> request.bucket(name).key(key).range("bytes=0-0"));
            } catch (NoSuchKeyException e) {
                return null;
            } catch (S3Exception e) {
                if (e.statusCode() == EMPTY) {
                    return null;
                }
                throw e;
            }
        });
    }

    /** Returns the content of a small object, such as a report. Empty if it is gone. */
    public Optional<byte[]> read(BucketObject object) throws BucketException {
        return send(BucketRequest.read(object.key()), s3 -> {
            try {
                return Optional.of(s3.getObjectAsBytes(request -> request.bucket(name).key(object.key())).asByteArray());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    /** Puts a file if no object has the key. Otherwise does nothing and returns {@code false}. */
    public boolean putIfAbsent(String key, Path file, ObjectMetadata metadata) throws BucketException {
        return putIfAbsent(key, RequestBody.fromFile(file), metadata);
    }

    /** Does the same as {@link #putIfAbsent(String, Path, ObjectMetadata)}. */
    public boolean putIfAbsent(String key, byte[] content, ObjectMetadata metadata) throws BucketException {
        return putIfAbsent(key, RequestBody.fromBytes(content), metadata);
    }

    /** Puts an object, without the metadata and headers that the server refuses. */
    private boolean putIfAbsent(String key, RequestBody content, ObjectMetadata metadata) throws BucketException {
        BucketException refusal = null;
        for (ObjectMetadata reduced : metadata.fallbacks()) {
            try {
                boolean put = putOnceIfAbsent(key, content, reduced);
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

    private boolean putOnceIfAbsent(String key, RequestBody content, ObjectMetadata metadata) throws BucketException {
        if (conditional) {
            Boolean put = send(BucketRequest.write(key), s3 -> {
                try {
                    s3.putObject(put(key, metadata).ifNoneMatch("*").build(), content);
                    return true;
                } catch (S3Exception e) {
                    if (e.statusCode() == NOT_IMPLEMENTED) {
                        return null;
                    }
                    // without an object the refusal has another reason
                    if ((e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) && headed(s3, key).isPresent()) {
                        return false;
                    }
                    throw e;
                }
            });
            if (put != null) {
                return put;
            }
            conditional = false;
        }
        if (head(key).isPresent()) {
            return false;
        }
        put(key, content, metadata);
        return true;
    }

    /** Puts an object, and replaces an existing one. */
    void put(String key, RequestBody content, ObjectMetadata metadata) throws BucketException {
        send(BucketRequest.write(key), s3 -> s3.putObject(put(key, metadata).build(), content));
    }

    private PutObjectRequest.Builder put(String key, ObjectMetadata metadata) {
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(name).key(key);
        metadata.describe(request);
        return request;
    }

    /** Copies an object within the bucket, on the server. Returns {@code false} if another object has its key by now. */
    public boolean copy(BucketObject object, String key) throws BucketException {
        String etag = condition(object);
        // a server may compare the condition with another etag than it reports
        return etag != null && copy(object, key, etag) || isStill(object.key(), ObjectVersion.of(object))
                && copy(object, key, null);
    }

    private boolean copy(BucketObject object, String key, String etag) throws BucketException {
        return send(BucketRequest.copy(object.key()), s3 -> {
            try {
                s3.copyObject(request -> request.sourceBucket(name).sourceKey(object.key()).destinationBucket(name)
                        .destinationKey(key).copySourceIfMatch(etag));
                return true;
            } catch (NoSuchKeyException e) {
                return false;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Deletes an object unless another one has its key by now. (Not every server supports a conditional delete.) */
    public void delete(String key, ObjectVersion version) throws BucketException {
        if (isStill(key, version)) {
            delete(key);
        }
    }

    public boolean isStill(String key, ObjectVersion version) throws BucketException {
        return head(key).filter(version::is).isPresent();
    }

    /** Returns whether a listing shows exactly this version of the object. */
    public boolean isListed(BucketObject object) throws BucketException {
        return listFirst(object.key(), null, 1).stream().anyMatch(listed -> listed.identity().equals(object.identity()));
    }

    /** Returns the etag for a condition; {@code null} for no condition. */
    private static String condition(BucketObject object) {
        return Etags.isSynthetic(object.etag()) ? null : "\"" + object.etag() + "\"";
    }

    /** Deletes the object of a key, if there is one. */
    public void delete(String key) throws BucketException {
        send(BucketRequest.delete(key), s3 -> s3.deleteObject(request -> request.bucket(name).key(key)));
    }

    /** Returns the tags of an object; none if it is gone. */
    public List<Tag> tags(String key) throws BucketException {
        return send(BucketRequest.readTags(key), s3 -> {
            try {
                return s3.getObjectTagging(request -> request.bucket(name).key(key)).tagSet();
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND && !(e instanceof NoSuchBucketException)) {
                    return List.of();
                }
                throw e;
            }
        });
    }

    /** Sets some tags of an object and keeps its others. */
    public void tag(String key, List<Tag> tags) throws BucketException {
        setTags(key, Stream.concat(tagsBut(key, tags.stream().map(Tag::key).toList()), tags.stream()).toList());
    }

    /** Removes some tags of an object and keeps its others. */
    public void untag(String key, List<String> names) throws BucketException {
        setTags(key, tagsBut(key, names).toList());
    }

    private Stream<Tag> tagsBut(String key, List<String> names) throws BucketException {
        return tags(key).stream().filter(tag -> !names.contains(tag.key()));
    }

    void setTags(String key, List<Tag> all) throws BucketException {
        send(BucketRequest.writeTags(key), s3 -> s3.putObjectTagging(request -> request.bucket(name).key(key)
                .tagging(tagging -> tagging.tagSet(all))));
    }
}
