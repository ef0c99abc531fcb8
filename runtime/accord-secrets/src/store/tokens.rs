//! API tokens: 256 bits that are shown once and kept as their hash.

use accord_store::{Session, TokenRow, UserRow};
use accord_value::SecretString;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::orgs::taken;
use super::people::actor;
use super::{Store, Writing, now};
use crate::access::{Actor, Permit};
use crate::mac::Gone;
use crate::model::{Target, UserRef};
use crate::names::check_name;
use crate::people::{NewToken, Token, TokenId};
use crate::permissions::Operation;
use crate::seal::random;
use crate::{Error, Result};

/// Starts every token, so that one that was published is found.
const PREFIX: &str = "accord_";

impl Store {
    /// Makes an API token of a user. `expires_at`: microseconds since 1970 (UTC); `None`: never.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageTokens`] is needed) or no more valid;
    /// the name is invalid or taken; the time has passed.
    pub async fn create_token(&self, permit: &Permit, name: &str, expires_at: Option<i64>) -> Result<NewToken> {
        check_name("token", name)?;
        if expires_at.is_some_and(|at| at <= now()) {
            return Err(Error::Invalid("the token would have expired already: give a later time".to_owned()));
        }
        let mut tx = self.begin().await?;
        let made = self.create_token_in(&mut tx, permit, name, expires_at).await;
        tx.end(made).await
    }

    async fn create_token_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        name: &str,
        expires_at: Option<i64>,
    ) -> Result<NewToken> {
        let user = self.permitted_user(tx, permit).await?;
        let text = SecretString::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&random::<32>()?[..])));
        let mut row = TokenRow {
            id: TokenId::new().to_string(),
            user_id: user.id.clone(),
            name: name.to_owned(),
            hash: hash(&text),
            created_at: now(),
            expires_at,
            counter: 0,
            kek_id: String::new(),
            mac: Vec::new(),
        };
        self.stamp(&mut row)?;
        taken(tx.insert_token(&row).await, "Token", name)?;
        let details = json!({"user": user.name, "name": name, "expiresAt": expires_at});
        self.record(tx, permit.caller(), "CREATE", &row, details).await?;
        Ok(NewToken { entry: token(&row, &user)?, token: text })
    }

    /// The tokens of a user, expired ones too.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageTokens`] is needed) or no more valid.
    pub async fn list_tokens(&self, permit: &Permit) -> Result<Vec<Token>> {
        let mut read = self.read().await?;
        let user = self.permitted_user(&mut read, permit).await?;
        let rows = read.tokens(Some(&user.id)).await?;
        read.finish().await?;
        rows.iter().map(|row| self.check_mac(row).and_then(|()| token(row, &user))).collect()
    }

    /// Revokes a token: it is of no use from now on.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageTokens`] is needed) or no more valid;
    /// the user has no such token.
    pub async fn revoke_token(&self, permit: &Permit, name: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        let revoked = self.revoke_token_in(&mut tx, permit, name).await;
        tx.end(revoked).await
    }

    async fn revoke_token_in(&self, tx: &mut Writing, permit: &Permit, name: &str) -> Result<()> {
        let user = self.permitted_user(tx, permit).await?;
        let found = tx.tokens(Some(&user.id)).await?.into_iter().find(|row| row.name == name);
        let row = found.ok_or_else(|| Error::Invalid(format!("the user '{}' has no token '{name}'", user.name)))?;
        self.check_row(tx, &row).await?;
        tx.delete_token(&row.id).await?;
        self.record(tx, permit.caller(), "DELETE", &Gone(&row), json!({"user": user.name, "name": name})).await
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// [`Error::NotAuthenticated`], whether there is no such token, it has expired or its user is
    /// disabled; its record was changed outside of Accord.
    pub async fn authenticate(&self, text: &SecretString) -> Result<Actor> {
        let mut read = self.read().await?;
        let found = self.token_user(&mut read, text).await;
        read.finish().await?;
        let (token, user) = found?.ok_or(Error::NotAuthenticated)?;
        if token.expires_at.is_some_and(|at| at <= now()) {
            return Err(Error::NotAuthenticated);
        }
        let found = actor(&user).map_err(|_| Error::NotAuthenticated)?;
        Ok(found.through_token(token.id))
    }

    async fn token_user(&self, session: &mut Session, text: &SecretString) -> Result<Option<(TokenRow, UserRow)>> {
        let Some(token) = session.token_by_hash(&hash(text)).await? else { return Ok(None) };
        self.check_row(session, &token).await?;
        let Some(user) = session.user(&token.user_id).await? else { return Ok(None) };
        self.check_row(session, &user).await?;
        Ok(Some((token, user)))
    }

    async fn permitted_user(&self, session: &mut Session, permit: &Permit) -> Result<UserRow> {
        self.expect_operation(permit, &[Operation::ManageTokens])?;
        let Target::User(id) = permit.target() else {
            return Err(Error::Invalid("the permit is not about a user".to_owned()));
        };
        self.check(session, permit.caller(), permit.operation(), permit.target()).await?;
        self.user_by_id(session, id).await
    }
}

fn hash(token: &SecretString) -> Vec<u8> {
    #[expect(clippy::disallowed_methods, reason = "a token is hashed")]
    Sha256::digest(token.expose().as_bytes()).to_vec()
}

fn token(row: &TokenRow, user: &UserRow) -> Result<Token> {
    Ok(Token {
        id: row.id.parse()?,
        user: UserRef { id: user.id.parse()?, name: user.name.clone() },
        name: row.name.clone(),
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}
