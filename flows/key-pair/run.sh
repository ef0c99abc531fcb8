accord secret create deploy-key --key-pair --generate > /dev/null
accord run flows/key-pair

# the two halves belong together: OpenSSH makes the same public key of the private one
accord secret export deploy-key --output deploy-key
ssh-keygen -y -f deploy-key | cut -d ' ' -f 1,2 > derived
cut -d ' ' -f 1,2 deploy-key.pub | cmp - derived && echo "ssh-keygen agrees"
