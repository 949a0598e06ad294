package io.github.camelroboflow.delivery.bucket;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/** What is asked of a bucket. Etags have no quotes here. */
final class Bucket {

    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;
    private static final int NOT_IMPLEMENTED = 501;

    /**
     * Some of a bucket's objects, in the order of their keys.
     *
     * @param last whether there are none after them
     */
    record Page(List<BucketObject> objects, boolean last) {
    }

    /** An object's content that is on disk now. */
    record Download(ObjectFacts facts, Instant modified) {
    }

    private final S3Connection connection;
    private final String name;
    private volatile boolean conditional = true;

    Bucket(S3Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** What the listings of a prefix are known by, here and at no other server. */
    String source(String prefix) {
        return ObjectIds.ofListing(connection.server(), name, prefix);
    }

    /** A request that others can't be told from by what goes wrong with it. */
    @FunctionalInterface
    private interface Request<T> {
        T send(S3Client s3);
    }

    private <T> T ask(String what, Request<T> request) throws BucketException {
        try {
            return request.send(connection.client());
        } catch (SdkException e) {
            throw BucketException.of(what, name, connection.server(), e);
        }
    }

    /**
     * Some objects, and none only if there are no more: a page of the server's may be empty, though others come after it.
     *
     * @param after the key that the page begins behind; {@code null} for the first page
     */
    Page list(String prefix, String after) throws BucketException {
        ListObjectsV2Response response = listed(prefix, after, null);
        while (response.contents().isEmpty() && Boolean.TRUE.equals(response.isTruncated())
                && response.nextContinuationToken() != null) {
            response = listed(prefix, after, response.nextContinuationToken());
        }
        return new Page(response.contents().stream().map(Bucket::object).toList(), !Boolean.TRUE.equals(response.isTruncated()));
    }

    private ListObjectsV2Response listed(String prefix, String after, String continuation) throws BucketException {
        // in plain XML, a line break in a key would not be the same when it is read
        return ask("the images in the bucket " + name + " can't be listed", s3 -> s3.listObjectsV2(request -> request.bucket(name)
                .prefix(prefix).startAfter(after).continuationToken(continuation).encodingType(EncodingType.URL)));
    }

    private static BucketObject object(S3Object listed) {
        return new BucketObject(listed.key(), Etags.of(listed.eTag(), listed.size(), listed.lastModified()), listed.size());
    }

    /** Empty if there is no such object. */
    Optional<HeadObjectResponse> head(String key) throws BucketException {
        return ask(key + " can't be looked at", s3 -> {
            try {
                return Optional.of(s3.headObject(request -> request.bucket(name).key(key)));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    /** The object as it is now; empty if it is gone. */
    Optional<BucketObject> find(String key) throws BucketException {
        return head(key).map(head -> new BucketObject(key, Etags.of(head.eTag(), head.contentLength(), head.lastModified()),
                head.contentLength()));
    }

    /**
     * Writes an object's content into a file.
     *
     * @return empty if the object is gone, or is another one by now
     */
    Optional<Download> download(BucketObject object, Path file) throws BucketException {
        return ask(object.key() + " can't be read", s3 -> {
            try {
                GetObjectResponse response = s3.getObject(request -> request.bucket(name).key(object.key())
                        .ifMatch(condition(object)), file);
                // where nothing could be a condition
                boolean same = !Etags.isMade(object.etag())
                        || Etags.isOf(object.etag(), null, response.contentLength(), response.lastModified());
                return !same ? Optional.empty() : Optional.of(
                        new Download(ObjectFacts.of(response, object.etag()), response.lastModified()));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /** The content of a small object, such as a report; empty if it is gone. */
    Optional<byte[]> read(BucketObject object) throws BucketException {
        return ask(object.key() + " can't be read", s3 -> {
            try {
                return Optional.of(s3.getObjectAsBytes(request -> request.bucket(name).key(object.key())).asByteArray());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    /** Puts a file if there is no object under the key; otherwise does nothing and returns {@code false}. */
    boolean putIfAbsent(String key, Path file, ObjectFacts facts) throws BucketException {
        return putIfAbsent(key, RequestBody.fromFile(file), facts);
    }

    /** As {@link #putIfAbsent(String, Path, ObjectFacts)}. */
    boolean putIfAbsent(String key, byte[] content, ObjectFacts facts) throws BucketException {
        return putIfAbsent(key, RequestBody.fromBytes(content), facts);
    }

    private boolean putIfAbsent(String key, RequestBody content, ObjectFacts facts) throws BucketException {
        if (conditional) {
            Boolean put = ask(key + " can't be written", s3 -> {
                try {
                    s3.putObject(put(key, facts).ifNoneMatch("*").build(), content);
                    return true;
                } catch (S3Exception e) {
                    if (e.statusCode() == NOT_IMPLEMENTED) {
                        return null;
                    }
                    if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
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
        ask(key + " can't be written", s3 -> s3.putObject(put(key, facts).build(), content));
        return true;
    }

    private PutObjectRequest.Builder put(String key, ObjectFacts facts) {
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(name).key(key);
        facts.describe(request);
        return request;
    }

    /** Copies an object within the bucket, without its content coming here; {@code false} if it is another one by now. */
    boolean copy(BucketObject object, String key) throws BucketException {
        if (Etags.isMade(object.etag()) && !isStill(object)) {
            return false;
        }
        return ask(object.key() + " can't be copied", s3 -> {
            try {
                s3.copyObject(request -> request.sourceBucket(name).sourceKey(object.key()).destinationBucket(name)
                        .destinationKey(key).copySourceIfMatch(condition(object)));
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

    /** Deletes an object unless another one has its key by now. (Not every server knows a delete on a condition.) */
    void delete(BucketObject object) throws BucketException {
        if (isStill(object)) {
            ask(object.key() + " can't be deleted", s3 -> s3.deleteObject(request -> request.bucket(name).key(object.key())));
        }
    }

    boolean isStill(BucketObject object) throws BucketException {
        return head(object.key()).filter(now -> Etags.isOf(object.etag(), now.eTag(), now.contentLength(), now.lastModified()))
                .isPresent();
    }

    /** {@code null} for none. */
    private static String condition(BucketObject object) {
        return Etags.isMade(object.etag()) ? null : "\"" + object.etag() + "\"";
    }

    /** Deletes what is under a key, if anything is. */
    void delete(String key) throws BucketException {
        ask(key + " can't be deleted", s3 -> s3.deleteObject(request -> request.bucket(name).key(key)));
    }

    /** None if the object is gone. */
    List<Tag> tags(String key) throws BucketException {
        return ask("the tags of " + key + " can't be read", s3 -> {
            try {
                return s3.getObjectTagging(request -> request.bucket(name).key(key)).tagSet();
            } catch (NoSuchKeyException e) {
                return List.of();
            }
        });
    }

    /** Sets some tags of an object and keeps its others. */
    void tag(String key, List<Tag> tags) throws BucketException {
        setTags(key, Stream.concat(tagsBut(key, tags.stream().map(Tag::key).toList()), tags.stream()).toList());
    }

    /** Removes some tags of an object and keeps its others. */
    void untag(String key, List<String> names) throws BucketException {
        setTags(key, tagsBut(key, names).toList());
    }

    private Stream<Tag> tagsBut(String key, List<String> names) throws BucketException {
        return tags(key).stream().filter(tag -> !names.contains(tag.key()));
    }

    private void setTags(String key, List<Tag> all) throws BucketException {
        ask(key + " can't be tagged", s3 -> s3.putObjectTagging(request -> request.bucket(name).key(key)
                .tagging(tagging -> tagging.tagSet(all))));
    }
}
