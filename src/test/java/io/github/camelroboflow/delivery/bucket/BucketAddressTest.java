package io.github.camelroboflow.delivery.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import io.github.camelroboflow.delivery.bucket.BucketImages.Cloud;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketAddressTest {

    @ParameterizedTest
    @CsvSource({"s3://images/2026/,S3,images,2026/", "s3:/images,S3,images,''", "azure://images/line 1,AZURE,images,line 1/",
        "azure:/images/,AZURE,images,''"})
    void anAddressNamesItsCloud(String text, Cloud cloud, String bucket, String prefix) {
        assertThat(BucketAddress.isMeant(text)).isTrue();
        assertThat(BucketAddress.of(text)).isEqualTo(new BucketAddress(cloud, bucket, prefix));
    }

    @ParameterizedTest
    @ValueSource(strings = {"photos", "/srv/s3://images", "s3/images", "C:/azure:/images"})
    void aFolderIsNone(String text) {
        assertThat(BucketAddress.isMeant(text)).isFalse();
    }

    @Test
    void oneWithoutABucketIsRefusedWithItsForm() {
        assertThatIllegalArgumentException().isThrownBy(() -> BucketAddress.of("s3://"))
                .withMessageEndingWith("s3://bucket/prefix");
        assertThatIllegalArgumentException().isThrownBy(() -> BucketAddress.of("azure:images"))
                .withMessageEndingWith("azure://container/prefix");
    }

    @Test
    void anImageIsNamedByItsAddress() {
        BucketAddress address = BucketAddress.of("azure://images/2026");

        assertThat(address.name("azure://images/2026/line 1/a.jpg")).isEqualTo("line 1/a.jpg");
        assertThat(address.name("azure:/images/2026/a.jpg")).isEqualTo("a.jpg");
        assertThat(address.name("s3://images/2026/a.jpg")).isEqualTo("s3://images/2026/a.jpg");
    }
}
