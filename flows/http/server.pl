# A web server that knows three pages, one request after the other.
use strict;
use warnings;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die "cannot listen: $@";
$| = 1;
print $server->sockport, "\n";
close STDOUT;
alarm 60;    # not longer than the example takes

while (my $client = $server->accept) {
    my $request = <$client> // '';
    my ($length, $user) = (0, '');
    while (my $header = <$client>) {
        last if $header eq "\r\n";
        $length = $1 if $header =~ /^content-length: (\d+)/i;
        $user = $1 if $header =~ /^authorization: Basic (\S+)/i;
    }
    read $client, my $body, $length if $length;

    my ($status, $answer) = ('404 Not Found', 'we have no such thing');
    if ($request =~ m{^GET /motto }) {
        ($status, $answer) = ('200 OK', 'Tea first');
    } elsif ($request =~ m{^GET /teas\?color=green\+%26\+white }) {
        ($status, $answer) = ('200 OK', '[{"name": "sencha"}, {"name": "bai mudan"}]');
    } elsif ($request =~ m{^POST /orders } && $user) {
        ($status, $answer) = ('201 Created', qq({"number": 17, "order": $body}));
    }
    print $client "HTTP/1.1 $status\r\nContent-Length: ", length $answer, "\r\nConnection: close\r\n\r\n$answer";
    close $client;
}
