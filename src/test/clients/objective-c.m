#import <Foundation/Foundation.h>

/** Usage: objective-c URL IMAGE. Sends base64 with line breaks, or the URL of the image, with Foundation's client. */
int main(int count, const char **arguments) {
    NSAutoreleasePool *pool = [NSAutoreleasePool new];
    NSString *url = [NSString stringWithUTF8String:arguments[1]];
    NSString *image = [NSString stringWithUTF8String:arguments[2]];
    NSData *body = [NSData data];
    if ([image hasPrefix:@"https:"]) {
        NSCharacterSet *plain = [NSCharacterSet alphanumericCharacterSet];
        url = [url stringByAppendingFormat:@"&image=%@", [image stringByAddingPercentEncodingWithAllowedCharacters:plain]];
    } else {
        NSData *file = [NSData dataWithContentsOfFile:image];
        body = [file base64EncodedDataWithOptions:NSDataBase64Encoding64CharacterLineLength];
    }
    NSMutableURLRequest *request = [NSMutableURLRequest requestWithURL:[NSURL URLWithString:url]];
    [request setHTTPMethod:@"POST"];
    [request setValue:@"application/x-www-form-urlencoded" forHTTPHeaderField:@"Content-Type"];
    [request setHTTPBody:body];
    NSURLResponse *response = nil;
    NSError *error = nil;
    NSData *answer = [NSURLConnection sendSynchronousRequest:request returningResponse:&response error:&error];
    if (answer == nil) {
        NSLog(@"%@", error);
        return 1;
    }
    printf("%.*s\n", (int)[answer length], (const char *)[answer bytes]);
    [pool release];
    return 0;
}
