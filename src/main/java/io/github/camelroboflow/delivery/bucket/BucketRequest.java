package io.github.camelroboflow.delivery.bucket;

/**
 * A request to a bucket, for the sentence that tells that it failed.
 *
 * @param whatFailed such as {@code a.jpg can't be read}
 * @param right      what the credentials must be allowed, in Amazon's words
 * @param withoutIt  what to do where the server does not know it: a clause that goes on from that, or nothing
 */
record BucketRequest(String whatFailed, String right, String withoutIt) {

    private static final String GET = "s3:GetObject (and s3:ListBucket, without which S3 answers so for what is not there)";

    static BucketRequest list(String bucket) {
        return new BucketRequest("the images in the bucket " + bucket + " can't be listed", "s3:ListBucket", "");
    }

    static BucketRequest look(String key) {
        return new BucketRequest(key + " can't be looked at", GET, "");
    }

    static BucketRequest read(String key) {
        return new BucketRequest(key + " can't be read", GET, "");
    }

    static BucketRequest write(String key) {
        return new BucketRequest(key + " can't be written", "s3:PutObject",
                ", which is how objects are put; is s3.endpoint that of an S3 server?");
    }

    static BucketRequest copy(String key) {
        return new BucketRequest(key + " can't be copied", "s3:GetObject and s3:PutObject", "");
    }

    static BucketRequest delete(String key) {
        return new BucketRequest(key + " can't be deleted", "s3:DeleteObject", ", so choose s3.after=leave");
    }

    static BucketRequest readTags(String key) {
        return new BucketRequest("the tags of " + key + " can't be read", "s3:GetObjectTagging",
                ", so choose s3.after=move or s3.after=leave");
    }

    static BucketRequest writeTags(String key) {
        return new BucketRequest(key + " can't be tagged", "s3:PutObjectTagging", ", so choose s3.after=move or s3.after=leave");
    }
}
